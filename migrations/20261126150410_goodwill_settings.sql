-- What a brand decides about goodwill. One row for each brand, made at the first change; defaults are in the
-- program. Which offers are given out of goodwill is said by the claim on their series.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    create table goodwill_settings (
        org_id   bigint not null,
        enabled  boolean not null default true,
        reasons  text[] not null,
        version  bigint not null default 1,
        constraint goodwill_settings_pkey primary key (org_id),
        constraint goodwill_settings_reasons check (cardinality(reasons) between 1 and 50)
    );
    perform brand_table('goodwill_settings');
end $mig$;
