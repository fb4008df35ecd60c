-- Brands, the people who work for them, and how those people get in. Few-write tables of all brands:
-- signing in happens before a brand is chosen, so they stand outside the brand wall.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    create table orgs (
        id          bigint generated always as identity,
        name        text not null,
        time_zone   text not null,
        settings    jsonb not null default '{}',
        created_at  timestamptz not null,
        version     bigint not null default 1,
        constraint orgs_pkey primary key (id)
    );
    create table staff (
        id                   bigint generated always as identity,
        email                text not null,
        email_key            text not null,
        name                 text not null,
        password_hash        text,
        password_changed_at  timestamptz,
        created_at           timestamptz not null,
        disabled_at          timestamptz,
        constraint staff_pkey primary key (id),
        constraint staff_email_key unique (email_key)
    );
    -- `disabled_at` bars a person from one brand; the staff row's bars them from all.
    create table memberships (
        org_id       bigint not null,
        staff_id     bigint not null,
        role         text not null,
        created_at   timestamptz not null,
        disabled_at  timestamptz,
        constraint memberships_pkey primary key (org_id, staff_id),
        constraint memberships_role check (role in ('admin', 'support', 'marketer')),
        constraint memberships_org foreign key (org_id) references orgs (id) on delete cascade,
        constraint memberships_staff foreign key (staff_id) references staff (id) on delete cascade
    );
    -- Serves the brand switch: the brands of one person.
    create index memberships_by_staff on memberships (staff_id);

    -- One-time links to choose a password; the address holds the token, the table its SHA-256.
    create table staff_invites (
        token_hash  bytea not null,
        staff_id    bigint not null,
        created_at  timestamptz not null,
        expires_at  timestamptz not null,
        constraint staff_invites_pkey primary key (token_hash),
        constraint staff_invites_staff foreign key (staff_id) references staff (id) on delete cascade
    );

    -- The cookie holds a random id, this table its SHA-256. `org_id` is the brand being worked in.
    create table sessions (
        id_hash       bytea not null,
        staff_id      bigint,
        org_id        bigint,
        data          jsonb not null,
        created_at    timestamptz not null,
        last_seen_at  timestamptz not null,
        expires_at    timestamptz not null,
        address       text not null default '',
        agent         text not null default '',
        constraint sessions_pkey primary key (id_hash)
    );
    create index sessions_by_staff on sessions (staff_id);

    -- Failed sign-ins by account and by address, kept here so that a restart does not forget them.
    create table sign_in_attempts (
        subject        text not null,
        failures       integer not null,
        window_start   timestamptz not null,
        blocked_until  timestamptz not null,
        constraint sign_in_attempts_pkey primary key (subject)
    );

    perform app_table('orgs', 'select, insert, update');
    perform app_table('staff', 'select, insert, update');
    perform app_table('memberships', 'select, insert, update, delete');
    perform app_table('staff_invites', 'select, insert, update, delete');
    perform app_table('sessions', 'select, insert, update, delete');
    perform app_table('sign_in_attempts', 'select, insert, update, delete');
end $mig$;
