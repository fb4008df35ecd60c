-- Each use of a coupon, and the messages that go with coupons (spec/coupons.md 2, 4.5).
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    -- `once` is set where the series lets a code be used once: the unique index behind it makes a second
    -- living redemption impossible, whatever the program believes.
    create table coupon_redemptions (
        org_id              bigint not null,
        id                  bigint generated always as identity,
        coupon_id           bigint not null,
        series_id           bigint not null,
        customer_id         bigint not null,
        once                boolean not null,
        redeemed_on         timestamptz not null,
        redeemed_till_id    bigint,
        redeemed_by         bigint,
        redeemed_by_name    text not null,
        transaction_number  text,
        bill_amount         double precision,
        bill_id             text,
        custom_fields       jsonb,
        details             text,
        import_id           bigint,
        reversed_on         timestamptz,
        reversed_by_name    text,
        reverse_reason      text,
        constraint coupon_redemptions_pkey primary key (org_id, id),
        constraint coupon_redemptions_coupon foreign key (org_id, coupon_id) references coupons (org_id, id),
        constraint coupon_redemptions_customer foreign key (org_id, customer_id) references customers (org_id, id)
    );
    create unique index coupon_redemptions_once on coupon_redemptions (org_id, coupon_id)
        where once and reversed_on is null;
    -- Serves a coupon's panel and how often its holder used it.
    create index coupon_redemptions_by_coupon on coupon_redemptions (org_id, coupon_id, id);
    -- Serves the limits and gaps of one customer, and their history of redemptions.
    create index coupon_redemptions_by_customer on coupon_redemptions (org_id, customer_id, series_id, redeemed_on);
    -- Serves a series' statistics.
    create index coupon_redemptions_by_series on coupon_redemptions (org_id, series_id, redeemed_on, id);
    perform brand_table('coupon_redemptions');

    -- Messages that a deed wants sent. A row exists only if the deed does; who sends them takes those
    -- without `sent_on`. `kind`: ISSUE, RESEND.
    create table coupon_messages (
        org_id       bigint not null,
        id           bigint generated always as identity,
        coupon_id    bigint not null,
        customer_id  bigint not null,
        kind         text not null,
        channel      text not null default 'SMS',
        address      text not null,
        body         text not null,
        created_on   timestamptz not null,
        sent_on      timestamptz,
        failure      text,
        constraint coupon_messages_pkey primary key (org_id, id),
        constraint coupon_messages_kind check (kind in ('ISSUE', 'RESEND')),
        constraint coupon_messages_coupon foreign key (org_id, coupon_id) references coupons (org_id, id)
    );
    -- Serves the sender.
    create index coupon_messages_waiting on coupon_messages (org_id, created_on, id) where sent_on is null;
    -- Serves the coupon's panel.
    create index coupon_messages_by_coupon on coupon_messages (org_id, coupon_id, id);
    perform brand_table('coupon_messages');
end $mig$;
