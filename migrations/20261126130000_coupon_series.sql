-- Coupon series: the terms of an offer (what people edit) and its counters (what is hot), kept apart so
-- that an editor never queues behind a till (spec/coupons.md 3).
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    -- `valid_till` is a day of the brand's zone; a limit that is null is no limit. What is stored and
    -- echoed without any behaviour of ours lives in `extra`, by the wire's names.
    create table coupon_series (
        org_id                    bigint not null,
        id                        bigint generated always as identity,
        series_code               text collate "C" not null,
        description               text not null,
        name_key                  text collate "C" not null,
        discount_code             text not null,
        discount_type             text not null,
        discount_value            double precision not null,
        discount_upto             double precision not null default 0,
        discount_on               text not null default 'BILL',
        valid_till                date not null,
        fixed_end                 boolean not null default true,
        expiry_strategy           text not null,
        expiry_value              integer not null,
        handling                  text not null,
        generic_code              text,
        generic_key               text collate "C",
        external                  boolean not null default false,
        any_user                  boolean not null default false,
        max_issued                bigint,
        max_redeemed              bigint,
        max_per_customer          integer,
        min_days_between_issues   integer,
        several_per_customer      boolean not null default true,
        resend_existing           boolean not null default false,
        max_per_code              integer,
        multiple_use              boolean not null default false,
        same_customer_again       boolean not null default false,
        max_per_customer_redeemed integer,
        min_days_between_uses     integer,
        redeemable_from           date,
        redeemable_after_days     integer not null default 0,
        redemption_range          text not null,
        min_bill                  double precision,
        max_bill                  double precision,
        sale_items                boolean not null default false,
        products                  jsonb not null default '[]',
        places                    jsonb not null default '[]',
        audience                  jsonb,
        excluded_series           text not null default '[]',
        alphanumeric              boolean not null default true,
        random_length             integer not null default 8,
        code_prefix               text,
        code_suffix               text,
        message                   text not null,
        short_message             text not null,
        message_off               boolean not null default false,
        resend_enabled            boolean not null default true,
        info                      text not null,
        tag                       text not null,
        terms                     text not null,
        custom_properties         jsonb,
        extra                     jsonb not null default '{}',
        owned_by                  text not null default 'NONE',
        owner_id                  bigint not null default -1,
        owner_validity            bigint not null default 0,
        notify_at                 bigint,
        reminders                 jsonb not null default '[]',
        version                   bigint not null default 1,
        created_on                timestamptz not null,
        created_by                bigint,
        created_by_name           text not null,
        updated_on                timestamptz not null,
        updated_by_name           text not null,
        archived_on               timestamptz,
        constraint coupon_series_pkey primary key (org_id, id),
        constraint coupon_series_code unique (org_id, series_code),
        constraint coupon_series_discount check (discount_type in ('ABS', 'PERC') and discount_value > 0),
        constraint coupon_series_handling check (handling in ('DISC_CODE', 'GENERIC', 'DISC_CODE_PIN')),
        constraint coupon_series_strategy check (expiry_strategy in ('SERIES_EXPIRY', 'DAYS', 'MONTHS_END')),
        constraint coupon_series_generic check ((handling = 'GENERIC') = (generic_key is not null)),
        constraint coupon_series_limits check (coalesce(max_issued, 1) >= 1 and coalesce(max_redeemed, 1) >= 1
            and coalesce(max_per_customer, 1) >= 1 and coalesce(max_per_code, 1) >= 1
            and coalesce(max_per_customer_redeemed, 1) >= 1)
    );
    -- A common code is one series' in the brand.
    create unique index coupon_series_generic_code on coupon_series (org_id, generic_key)
        where generic_key is not null and archived_on is null;
    -- Serve the list: last modified (its default order), created, and by name.
    create index coupon_series_by_change on coupon_series (org_id, updated_on, id);
    create index coupon_series_by_creation on coupon_series (org_id, created_on, id);
    create index coupon_series_by_name on coupon_series (org_id, name_key, id);
    perform brand_table('coupon_series');

    -- Live totals of a series. Spread over slots so that the tills of a flash sale do not queue for one
    -- row: a series whose total is limited counts in slot 0 alone, one without a limit in any; a reader
    -- adds the slots up. `redeemed` counts what was not reversed; a slot alone may go below zero.
    create table coupon_series_counters (
        org_id           bigint not null,
        series_id        bigint not null,
        slot             smallint not null,
        issued           bigint not null default 0,
        redeemed         bigint not null default 0,
        revoked          bigint not null default 0,
        uploaded         bigint not null default 0,
        unissued         bigint not null default 0,
        last_issued_on   timestamptz,
        last_redeemed_on timestamptz,
        constraint coupon_series_counters_pkey primary key (org_id, series_id, slot),
        constraint coupon_series_counters_series foreign key (org_id, series_id) references coupon_series (org_id, id)
    );
    perform brand_table('coupon_series_counters');
end $mig$;
