-- Who may call in for a brand: tills (code and password), API clients (key and secrets), and what
-- each may touch. Few-write tables of all brands, outside the brand wall like `staff`: a call says
-- who it is before it is known for which brand it speaks. Every other statement names the brand.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    -- `grants` maps a resource to READ or WRITE; what is not in it may not be touched.
    create table access_groups (
        org_id       bigint not null,
        id           bigint generated always as identity,
        name         text not null,
        grants       jsonb not null,
        created_at   timestamptz not null,
        disabled_at  timestamptz,
        constraint access_groups_pkey primary key (org_id, id),
        constraint access_groups_org foreign key (org_id) references orgs (id) on delete cascade
    );
    create unique index access_groups_name on access_groups (org_id, name) where disabled_at is null;

    -- The wire carries the MD5 of the password; `password_hash` is argon2id of that digest. The code
    -- alone names the till, so it is one till's among all brands. Without a group: full access.
    create table tills (
        org_id               bigint not null,
        id                   bigint generated always as identity,
        code                 text collate "C" not null,
        name                 text not null,
        store_code           text not null default '',
        store_name           text not null default '',
        password_hash        text not null,
        password_changed_at  timestamptz not null,
        access_group_id      bigint,
        rate_per_minute      integer,
        created_at           timestamptz not null,
        last_used_at         timestamptz,
        disabled_at          timestamptz,
        constraint tills_pkey primary key (org_id, id),
        constraint tills_code unique (code),
        constraint tills_rate check (rate_per_minute >= 1),
        constraint tills_org foreign key (org_id) references orgs (id) on delete cascade,
        constraint tills_access_group foreign key (org_id, access_group_id) references access_groups (org_id, id)
    );
    -- Serves attribution by store.
    create index tills_by_store on tills (org_id, store_code);

    create table api_clients (
        org_id            bigint not null,
        id                bigint generated always as identity,
        key               text collate "C" not null,
        name              text not null,
        description       text not null default '',
        token_minutes     integer not null,
        default_till_id   bigint,
        forgives_till     boolean not null default false,
        access_group_id   bigint,
        rate_per_minute   integer,
        created_at        timestamptz not null,
        last_used_at      timestamptz,
        disabled_at       timestamptz,
        constraint api_clients_pkey primary key (org_id, id),
        constraint api_clients_key unique (key),
        constraint api_clients_name unique (org_id, name),
        constraint api_clients_token check (token_minutes between 1 and 43200),
        constraint api_clients_rate check (rate_per_minute >= 1),
        constraint api_clients_org foreign key (org_id) references orgs (id) on delete cascade,
        constraint api_clients_till foreign key (org_id, default_till_id) references tills (org_id, id),
        constraint api_clients_access_group foreign key (org_id, access_group_id) references access_groups (org_id, id)
    );

    -- A secret is 40 random characters; the table keeps its SHA-256 and the last four, to tell two
    -- apart. Two may live at once, so that a caller can move from one to the next.
    create table api_client_secrets (
        org_id        bigint not null,
        id            bigint generated always as identity,
        client_id     bigint not null,
        secret_hash   bytea not null,
        hint          text not null,
        created_at    timestamptz not null,
        last_used_at  timestamptz,
        ended_at      timestamptz,
        constraint api_client_secrets_pkey primary key (org_id, id),
        constraint api_client_secrets_client foreign key (org_id, client_id)
            references api_clients (org_id, id) on delete cascade
    );
    create index api_client_secrets_by_client on api_client_secrets (org_id, client_id);

    -- Keys every server process shares: what tokens are signed with.
    create table server_keys (
        purpose     text not null,
        key         bytea not null,
        created_at  timestamptz not null,
        constraint server_keys_pkey primary key (purpose)
    );

    perform app_table('access_groups', 'select, insert, update');
    perform app_table('tills', 'select, insert, update');
    perform app_table('api_clients', 'select, insert, update');
    perform app_table('api_client_secrets', 'select, insert, update');
    perform app_table('server_keys', 'select, insert');
end $mig$;
