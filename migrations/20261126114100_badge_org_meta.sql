-- The legacy declaration of a brand's badge tags (spec/badges.md 9.1): one row for each brand that
-- made one. Custom fields took its place; programs may still ask for it.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    create table badge_org_meta (
        org_id           bigint not null,
        id               bytea not null,
        tags             jsonb not null,
        created_on       timestamptz not null,
        created_by       bigint,
        created_by_name  text not null,
        updated_on       timestamptz not null,
        updated_by       bigint,
        updated_by_name  text not null,
        constraint badge_org_meta_pkey primary key (org_id),
        constraint badge_org_meta_id check (octet_length(id) = 12)
    );
    perform brand_table('badge_org_meta');
end $mig$;
