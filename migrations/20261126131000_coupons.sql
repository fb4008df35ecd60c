-- Coupons: one row for each code, in the tens of millions, and the batches they came in
-- (spec/coupons.md 2). A code's life is told by the activity log under the subject "coupon"; that it was
-- made is told by its batch.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    -- Many codes made or brought in together. `state`: WAITING, RUNNING, DONE, CANCELLED, FAILED.
    -- `made` is the truth at each commit: it moves in the transaction that adds the codes, so a batch
    -- that was killed goes on where it stood.
    create table coupon_batches (
        org_id           bigint not null,
        id               bigint generated always as identity,
        series_id        bigint not null,
        kind             text not null,
        name             text not null default '',
        wanted           bigint not null,
        made             bigint not null default 0,
        rejected         bigint not null default 0,
        state            text not null,
        cancel_asked     boolean not null default false,
        pattern          jsonb not null default '{}',
        why              text,
        import_id        bigint,
        created_on       timestamptz not null,
        created_by       bigint,
        created_by_name  text not null,
        started_on       timestamptz,
        finished_on      timestamptz,
        constraint coupon_batches_pkey primary key (org_id, id),
        constraint coupon_batches_kind check (kind in ('GENERATED', 'UPLOADED', 'REDEEMED')),
        constraint coupon_batches_state check (state in ('WAITING', 'RUNNING', 'DONE', 'CANCELLED', 'FAILED')),
        constraint coupon_batches_made check (made >= 0 and wanted >= 0),
        constraint coupon_batches_series foreign key (org_id, series_id) references coupon_series (org_id, id)
    );
    -- Serves a series' batches, newest first.
    create index coupon_batches_by_series on coupon_batches (org_id, series_id, created_on, id);
    -- Serves the batch of an import.
    create unique index coupon_batches_by_import on coupon_batches (org_id, import_id) where import_id is not null;
    perform brand_table('coupon_batches');

    -- `code` as entered, `code_key` in upper case: what is compared. `expires_on` is the natural expiry
    -- of codes that count from their issue, fixed when issued; null: with the series, wherever its day
    -- moves. `redeemed` is the number of redemptions that were not reversed.
    create table coupons (
        org_id              bigint not null,
        id                  bigint generated always as identity,
        series_id           bigint not null,
        code                text collate "C" not null,
        code_key            text collate "C" not null,
        generic             boolean not null default false,
        redeemed            integer not null default 0,
        customer_id         bigint,
        created_on          timestamptz not null,
        issued_on           timestamptz,
        issued_till_id      bigint,
        issued_by           bigint,
        issued_by_name      text,
        expires_on          timestamptz,
        expiry_override     timestamptz,
        revoked_on          timestamptz,
        revoked_by_name     text,
        revoke_reason       text,
        source              text not null,
        source_reference    text,
        metadata            jsonb,
        bill_id             text,
        transaction_number  text,
        batch_id            bigint,
        import_id           bigint,
        constraint coupons_pkey primary key (org_id, id),
        constraint coupons_code_length check (length(code) between 1 and 40),
        constraint coupons_redeemed check (redeemed >= 0),
        constraint coupons_issued check ((customer_id is null) = (issued_on is null)),
        constraint coupons_revoked check (revoked_on is null or redeemed = 0),
        constraint coupons_series foreign key (org_id, series_id) references coupon_series (org_id, id),
        constraint coupons_customer foreign key (org_id, customer_id) references customers (org_id, id)
    );
    -- A code is one living coupon's in the brand; a revoked one is free again. Serves every look-up by
    -- code and the search by its beginning, as a range.
    create unique index coupons_code on coupons (org_id, code_key) where not generic and revoked_on is null;
    -- One living copy of a common code for each customer.
    create unique index coupons_generic_holder on coupons (org_id, series_id, customer_id)
        where generic and revoked_on is null;
    -- Serves look-ups of common and of revoked codes.
    create index coupons_code_others on coupons (org_id, code_key, id) where generic or revoked_on is not null;
    -- Serves the customer's page, the limits and gaps of one customer, and the exclusion of series.
    create index coupons_by_customer on coupons (org_id, customer_id, series_id, issued_on) where customer_id is not null;
    -- Serves a series' codes, page by page at ten million.
    create index coupons_by_series on coupons (org_id, series_id, created_on, id);
    -- Serves handing out stock: the oldest first.
    create index coupons_unissued on coupons (org_id, series_id, created_on, id)
        where customer_id is null and revoked_on is null;
    -- Serves a batch's codes.
    create index coupons_by_batch on coupons (org_id, batch_id, id) where batch_id is not null;
    -- Serves undo of an import.
    create index coupons_by_import on coupons (org_id, import_id, id) where import_id is not null;
    perform brand_table('coupons');
end $mig$;
