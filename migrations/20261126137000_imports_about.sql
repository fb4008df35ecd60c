-- Finds the files of one thing: the uploads of a coupon series, latest first.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    create index imports_about on imports (org_id, kind, ((options ->> 'about')::bigint), id)
        where (options ->> 'about') is not null;
end $mig$;
