-- Bulk work on coupons: one deed on all that match, done in the background with an outcome for each
-- coupon (src/coupons/bulk).
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    -- A run. `scope` says which coupons are meant, `border` the moment it was asked for: what came to be
    -- later is not touched. `place`, `seen`, `done`, `skipped` and `outcomes` move in the transaction of
    -- the deeds they count, so a run that was killed goes on where it stood; `attempt` fences off a
    -- worker that has been replaced. `total` is how many are expected, where that is known.
    create table coupon_bulk_runs (
        org_id           bigint not null,
        id               bigint generated always as identity,
        once             uuid not null,
        action           text not null,
        scope            jsonb not null,
        about            text not null,
        series_id        bigint,
        undoes           bigint,
        moved_to         timestamptz,
        reason           text,
        border           timestamptz not null,
        total            bigint,
        place            jsonb not null default '{}',
        seen             bigint not null default 0,
        done             bigint not null default 0,
        skipped          bigint not null default 0,
        outcomes         jsonb not null default '{}',
        state            text not null,
        cancel_asked     boolean not null default false,
        why              text,
        attempt          integer not null default 0,
        heartbeat_at     timestamptz,
        created_on       timestamptz not null,
        created_by       bigint,
        created_by_name  text not null,
        started_on       timestamptz,
        finished_on      timestamptz,
        constraint coupon_bulk_runs_pkey primary key (org_id, id),
        constraint coupon_bulk_runs_once unique (org_id, once),
        constraint coupon_bulk_runs_action check (action in ('REVOKE', 'EXPIRY', 'RESEND', 'REACTIVATE', 'RESTORE')),
        constraint coupon_bulk_runs_state check (state in ('WAITING', 'RUNNING', 'DONE', 'CANCELLED', 'FAILED')),
        constraint coupon_bulk_runs_seen check (seen = done + skipped),
        constraint coupon_bulk_runs_series foreign key (org_id, series_id) references coupon_series (org_id, id),
        constraint coupon_bulk_runs_undoes foreign key (org_id, undoes) references coupon_bulk_runs (org_id, id)
    );
    -- Serve the list, newest first: of the brand, and of one series.
    create index coupon_bulk_runs_by_creation on coupon_bulk_runs (org_id, created_on, id);
    create index coupon_bulk_runs_by_series on coupon_bulk_runs (org_id, series_id, created_on, id)
        where series_id is not null;
    -- Serves the sweep for silent workers.
    create index coupon_bulk_runs_busy on coupon_bulk_runs (org_id, id) where state in ('WAITING', 'RUNNING');
    -- Serves the way from a run to the one that undid it.
    create index coupon_bulk_runs_undone on coupon_bulk_runs (org_id, undoes, id) where undoes is not null;
    perform brand_table('coupon_bulk_runs');

    -- What became of each coupon of a run: `DONE`, or the word of the refusal. `ended_before` is the
    -- moved end it had before a change of expiry, which undo gives back; null: it had none.
    create table coupon_bulk_items (
        org_id        bigint not null,
        run_id        bigint not null,
        coupon_id     bigint not null,
        outcome       text not null,
        ended_before  timestamptz,
        constraint coupon_bulk_items_pkey primary key (org_id, run_id, coupon_id)
    );
    perform brand_table('coupon_bulk_items');

    -- Customers somebody listed by identifier, as the brand knows them; `unknown` are those it does not.
    create table coupon_bulk_lists (
        org_id           bigint not null,
        id               bigint generated always as identity,
        series_id        bigint not null,
        name             text not null,
        found            bigint not null,
        unknown          text[] not null default '{}',
        created_on       timestamptz not null,
        created_by       bigint,
        created_by_name  text not null,
        constraint coupon_bulk_lists_pkey primary key (org_id, id),
        constraint coupon_bulk_lists_series foreign key (org_id, series_id) references coupon_series (org_id, id)
    );
    perform brand_table('coupon_bulk_lists');

    create table coupon_bulk_list_customers (
        org_id       bigint not null,
        list_id      bigint not null,
        customer_id  bigint not null,
        constraint coupon_bulk_list_customers_pkey primary key (org_id, list_id, customer_id)
    );
    perform brand_table('coupon_bulk_list_customers');
end $mig$;
