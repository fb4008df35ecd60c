-- Customers and what identifies them (spec/membercare.md 1). The store profile (source INSTORE) is the
-- customer's own row. Keys are folded in the program (NFKC, case, spaces) and compared bytewise, so a
-- prefix search is a range of the index under any collation and behind row security.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    create table customers (
        org_id           bigint not null,
        id               bigint generated always as identity,
        first_name       text not null default '',
        last_name        text not null default '',
        name_key         text collate "C" not null default '',
        last_key         text collate "C" not null default '',
        loyalty_type     text not null default 'loyalty',
        status_code      text not null default 'ACTIVE',
        status_label     text,
        status_reason    text,
        fraud_status     text not null default 'NONE',
        registered_on    timestamptz,
        associated_with  text,
        fields           jsonb not null default '{}',
        extended_fields  jsonb not null default '{}',
        merged_into      bigint,
        deleted_at       timestamptz,
        import_id        bigint,
        version          bigint not null default 1,
        created_on       timestamptz not null,
        created_by       text not null,
        updated_on       timestamptz not null,
        updated_by       text not null,
        constraint customers_pkey primary key (org_id, id),
        constraint customers_merged foreign key (org_id, merged_into) references customers (org_id, id)
    );
    -- Serve the search by name: "first last" and last name, as ranges.
    create index customers_by_name on customers (org_id, name_key, id);
    create index customers_by_last_name on customers (org_id, last_key, id);
    -- Serves undo of an import, and the list "brought in by import n".
    create index customers_by_import on customers (org_id, import_id, id) where import_id is not null;
    perform brand_table('customers');

    create table customer_identifiers (
        org_id       bigint not null,
        customer_id  bigint not null,
        source       text not null default 'INSTORE',
        account_id   text not null default '',
        kind         text not null,
        value        text not null,
        value_key    text collate "C" not null,
        constraint customer_identifiers_pkey primary key (org_id, source, account_id, kind, value_key),
        constraint customer_identifiers_kind check (kind in ('mobile', 'email', 'externalId', 'cardNumber',
            'cardExternalId', 'wechat', 'unionId', 'cuid', 'fbId', 'martjackId', 'line')),
        constraint customer_identifiers_customer foreign key (org_id, customer_id)
            references customers (org_id, id) on delete cascade
    );
    -- Serves the search by any identifier, over all sources and kinds.
    create index customer_identifiers_by_value on customer_identifiers (org_id, value_key, customer_id);
    create index customer_identifiers_by_customer on customer_identifiers (org_id, customer_id, kind);
    perform brand_table('customer_identifiers');
end $mig$;
