-- A file can come from a person, a till or a client; what it does is logged under who brought it.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    alter table imports add column actor_kind text not null default 'staff';
    update imports set actor_kind = 'operator' where actor_id is null;
end $mig$;
