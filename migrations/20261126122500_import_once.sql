-- A selection that is sent twice (a double click, a reload) begins one import: the form carries a key
-- that the brand takes once.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    alter table imports add column once uuid;
    create unique index imports_once on imports (org_id, once) where once is not null;
    -- Serves undo of enrolments an import made.
    create index badge_enrolments_by_import on badge_enrolments (org_id, import_id, id) where import_id is not null;
end $mig$;
