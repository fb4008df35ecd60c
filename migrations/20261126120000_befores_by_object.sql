-- The history of a customer names the imports that changed them or what they hold.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    -- Serves "which imports changed this thing" (`membercare::store::sources`).
    create index import_befores_by_object on import_befores (org_id, object_id);
end $mig$;
