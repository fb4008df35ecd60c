-- What customers hold: enrolments (the API's "issued") and earned badges (the screen's "issued").
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    create table badge_enrolments (
        org_id            bigint not null,
        id                bytea not null,
        badge_id          bytea not null,
        customer_id       bigint not null,
        owner_type        text not null,
        owner_reference   text,
        request_id        text,
        issue_event_date  timestamptz not null,
        issued_on         timestamptz not null,
        expires_on        timestamptz,
        revoked_on        timestamptz,
        revoked_by        text,
        revoke_reason     text,
        import_id         bigint,
        constraint badge_enrolments_pkey primary key (org_id, id),
        constraint badge_enrolments_badge foreign key (org_id, badge_id) references badges (org_id, id),
        constraint badge_enrolments_customer foreign key (org_id, customer_id) references customers (org_id, id)
    );
    -- Serves the customer page and the badge's enrolments.
    create index badge_enrolments_by_customer on badge_enrolments (org_id, customer_id, badge_id, id);
    create index badge_enrolments_by_badge on badge_enrolments (org_id, badge_id, id);
    perform brand_table('badge_enrolments');

    -- `expires_on` null: ends when the badge ends, wherever that moves (spec/badges.md 4.2).
    -- An imported earn is known by its own source id, or by badge, customer, instant and the
    -- how-manieth of its kind in the file (`import_nth`, from 1): alike rows are real, and importing
    -- a file again must find each of them. Earns made by hand or API have no `import_nth`; unique
    -- indexes treat nulls as different.
    create table badge_earns (
        org_id           bigint not null,
        id               bytea not null,
        badge_id         bytea not null,
        customer_id      bigint not null,
        earn_event_date  timestamptz not null,
        import_nth       integer,
        earned_on        timestamptz not null,
        expires_on       timestamptz,
        source           text not null,
        owner_type       text not null,
        owner_reference  text,
        request_id       text,
        enrolment_id     bytea,
        source_id        text,
        import_id        bigint,
        revoked_on       timestamptz,
        revoked_by       text,
        revoke_reason    text,
        constraint badge_earns_pkey primary key (org_id, id),
        constraint badge_earns_badge foreign key (org_id, badge_id) references badges (org_id, id),
        constraint badge_earns_customer foreign key (org_id, customer_id) references customers (org_id, id),
        constraint badge_earns_enrolment foreign key (org_id, enrolment_id) references badge_enrolments (org_id, id),
        constraint badge_earns_source check (source in ('API', 'BULK', 'IMPORT', 'WORKFLOW', 'UI'))
    );
    -- Serves the customer page, the windows of a customer, and the identity of imported earns.
    create unique index badge_earns_imported on badge_earns (org_id, customer_id, badge_id, earn_event_date, import_nth);
    create unique index badge_earns_source_id on badge_earns (org_id, source_id) where source_id is not null;
    -- Serves a badge's holders, newest first.
    create index badge_earns_by_badge on badge_earns (org_id, badge_id, id);
    -- Serves undo of an import.
    create index badge_earns_by_import on badge_earns (org_id, import_id, id) where import_id is not null;
    perform brand_table('badge_earns');
end $mig$;
