-- Events for the outside, written with their cause in one transaction. Delivery reads what is not sent.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    create table outgoing_events (
        org_id      bigint not null,
        id          uuid not null,
        name        text not null,
        payload     jsonb not null,
        created_at  timestamptz not null,
        sent_at     timestamptz,
        constraint outgoing_events_pkey primary key (org_id, id)
    );
    -- Serves delivery, oldest first.
    create index outgoing_events_unsent on outgoing_events (org_id, created_at, id) where sent_at is null;
    perform brand_table('outgoing_events');
end $mig$;
