-- Files brought in: the file and how its columns are read, the verdict on every row, what went wrong,
-- and what undo must put back. A chunk of rows is one transaction; `next_line`/`next_byte` say where
-- the following one begins, `attempt` fences off a worker that has been replaced.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    create table imports (
        org_id          bigint not null,
        id              bigint generated always as identity,
        kind            text not null,
        state           text not null,
        file_id         bytea not null,
        file_name       text not null,
        sha256          bytea not null,
        bytes           bigint not null,
        dialect         jsonb not null default '{}',
        mapping         jsonb not null default '{}',
        options         jsonb not null default '{}',
        rows_total      bigint,
        -- What the check found.
        will_create     bigint not null default 0,
        will_update     bigint not null default 0,
        will_leave      bigint not null default 0,
        will_fail       bigint not null default 0,
        -- What the run did.
        created         bigint not null default 0,
        updated         bigint not null default 0,
        unchanged       bigint not null default 0,
        failed          bigint not null default 0,
        next_line       bigint not null default 0,
        next_byte       bigint not null default 0,
        attempt         integer not null default 0,
        cancel_asked    boolean not null default false,
        message         text,
        source          text not null,
        actor_id        bigint,
        actor_name      text not null,
        created_at      timestamptz not null,
        phase_began_at  timestamptz,
        heartbeat_at    timestamptz,
        finished_at     timestamptz,
        undone_at       timestamptz,
        constraint imports_pkey primary key (org_id, id),
        constraint imports_state check (state in ('mapping', 'checking', 'checked', 'running', 'done',
            'failed', 'cancelled', 'undoing', 'undone')),
        constraint imports_file foreign key (org_id, file_id) references files (org_id, id)
    );
    -- Serves "this very file has been here before".
    create index imports_by_file on imports (org_id, kind, sha256);
    perform brand_table('imports');

    -- One byte a row, for the check and for the run, in the order of the file.
    create table import_chunks (
        org_id      bigint not null,
        import_id   bigint not null,
        phase       text not null,
        seq         integer not null,
        first_line  bigint not null,
        first_byte  bigint not null,
        rows        integer not null,
        verdicts    bytea not null,
        constraint import_chunks_pkey primary key (org_id, import_id, phase, seq),
        constraint import_chunks_phase check (phase in ('check', 'run')),
        constraint import_chunks_import foreign key (org_id, import_id) references imports (org_id, id) on delete cascade
    );
    perform brand_table('import_chunks');

    create table import_errors (
        org_id     bigint not null,
        import_id  bigint not null,
        phase      text not null,
        line       bigint not null,
        nth        integer not null,
        col        text not null,
        value      text not null,
        code       text not null,
        message    text not null,
        constraint import_errors_pkey primary key (org_id, import_id, phase, line, nth),
        constraint import_errors_import foreign key (org_id, import_id) references imports (org_id, id) on delete cascade
    );
    -- Serves "grouped by what is wrong".
    create index import_errors_by_message on import_errors (org_id, import_id, phase, col, message, line);
    perform brand_table('import_errors');

    -- How a row the run changed looked before, for undo.
    create table import_befores (
        org_id     bigint not null,
        import_id  bigint not null,
        object_id  text not null,
        before     jsonb not null,
        constraint import_befores_pkey primary key (org_id, import_id, object_id),
        constraint import_befores_import foreign key (org_id, import_id) references imports (org_id, id) on delete cascade
    );
    perform brand_table('import_befores');

    -- Column maps saved under a name.
    create table import_maps (
        org_id      bigint not null,
        kind        text not null,
        name        text not null,
        mapping     jsonb not null,
        updated_at  timestamptz not null,
        constraint import_maps_pkey primary key (org_id, kind, name)
    );
    perform brand_table('import_maps');
end $mig$;
