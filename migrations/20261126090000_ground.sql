-- What every later migration stands on: `brand_table(name)`, called once for each table that holds a
-- brand's rows. It puts up the second wall (row-level security, forced, keyed by the transaction's
-- `app.org`), lets the app role in, and spreads the table where the server is a distributed one.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    create function brand_table(name text) returns void language plpgsql as $fn$
    begin
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format(
            'create policy brand on %I using (org_id = nullif(current_setting(''app.org'', true), '''')::bigint)'
            ' with check (org_id = nullif(current_setting(''app.org'', true), '''')::bigint)', name);
        if exists (select from pg_extension where extname = 'citus') then
            perform create_distributed_table(name, 'org_id', colocate_with => case when name = 'activity' then 'none' else 'activity' end);
        end if;
        perform app_table(name, 'select, insert, update, delete');
    end $fn$;

    create function app_table(name text, rights text) returns void language plpgsql as $fn$
    begin
        if exists (select from pg_roles where rolname = 'guerdon_app') then
            execute format('grant %s on %I to guerdon_app', rights, name);
        end if;
    end $fn$;
end $mig$;
