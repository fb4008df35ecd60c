-- What the customers page needs beside the search, and what a bulk insert needs to know the ids it gives.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    -- Serves the list without a search: those who can be found, newest first.
    create index customers_by_created on customers (org_id, created_on, id)
        where deleted_at is null and merged_into is null;
    -- A bulk insert draws its ids beforehand, so that a row's identifiers can be written with its id.
    if exists (select from pg_roles where rolname = 'guerdon_app') then
        grant usage on sequence customers_id_seq to guerdon_app;
    end if;
end $mig$;
