-- The activity log (append-only: the app role may only add and read), running numbers, and stored
-- files: pictures, uploads, results. A file is cut into parts of 1 MiB, so nothing holds a whole one.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    create table activity (
        org_id         bigint not null,
        id             bytea not null,
        at             timestamptz not null,
        source         text not null,
        actor_kind     text not null,
        actor_id       bigint,
        actor_name     text not null,
        verb           text not null,
        subject_kind   text not null,
        subject_id     text not null,
        subject_label  text not null,
        details        jsonb not null default '{}',
        before         jsonb,
        after          jsonb,
        reason         text,
        request_id     text not null,
        import_id      bigint,
        constraint activity_pkey primary key (org_id, id)
    );
    -- Serves the history on an object's page, newest first.
    create index activity_by_subject on activity (org_id, subject_kind, subject_id, id);
    -- Serves the filters "who" and "what" of the brand-wide page.
    create index activity_by_actor on activity (org_id, actor_name, id);
    create index activity_by_kind on activity (org_id, subject_kind, id);
    create index activity_by_import on activity (org_id, import_id, id) where import_id is not null;
    perform brand_table('activity');
    if exists (select from pg_roles where rolname = 'guerdon_app') then
        revoke update, delete on activity from guerdon_app;
    end if;

    -- Running numbers of a brand, such as a badge's numeric id.
    create table org_numbers (
        org_id  bigint not null,
        name    text not null,
        last    bigint not null,
        constraint org_numbers_pkey primary key (org_id, name)
    );
    perform brand_table('org_numbers');

    create table files (
        org_id      bigint not null,
        id          bytea not null,
        purpose     text not null,
        name        text not null,
        media_type  text not null,
        bytes       bigint not null,
        sha256      bytea,
        created_at  timestamptz not null,
        constraint files_pkey primary key (org_id, id)
    );
    perform brand_table('files');

    create table file_parts (
        org_id   bigint not null,
        file_id  bytea not null,
        part     integer not null,
        bytes    bytea not null,
        constraint file_parts_pkey primary key (org_id, file_id, part),
        constraint file_parts_file foreign key (org_id, file_id) references files (org_id, id) on delete cascade
    );
    -- Pictures and CSVs are written once and read in full: compressing parts costs more than it saves.
    alter table file_parts alter column bytes set storage external;
    perform brand_table('file_parts');
end $mig$;
