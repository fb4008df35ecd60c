-- Who is at work on a batch: `attempt` fences off a worker that has been replaced, `heartbeat_at` tells
-- one that died. Batches under way are few; the index finds them without reading the others.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    alter table coupon_batches
        add column attempt integer not null default 0,
        add column heartbeat_at timestamptz;
    -- Serves the sweep for silent workers, and what a series has promised to make.
    create index coupon_batches_busy on coupon_batches (org_id, series_id, id)
        where state in ('WAITING', 'RUNNING');
end $mig$;
