-- Coupons that support asks for out of goodwill and a second person grants (spec/membercare.md 2.7, 3.4).
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    create table goodwill_requests (
        org_id            bigint not null,
        id                bigint generated always as identity,
        state             text not null default 'PENDING',
        -- Whether somebody else decides, or the call itself said that nobody has to.
        way               text not null default 'ASKED',
        customer_id       bigint not null,
        series_id         bigint not null,
        -- What the caller calls it; and what names one sending of a form, so that it asks once.
        reference_id      text,
        form_key          uuid,
        reason            text not null,
        comments          text not null,
        maker_kind        text not null,
        maker_id          bigint,
        maker_name        text not null,
        asked_on          timestamptz not null,
        checker_kind      text,
        checker_id        bigint,
        checker_name      text,
        decided_on        timestamptz,
        updated_comments  text,
        coupon_id         bigint,
        constraint goodwill_requests_pkey primary key (org_id, id),
        constraint goodwill_requests_state check (state in ('PENDING', 'APPROVED', 'REJECTED')),
        constraint goodwill_requests_way check (way in ('ASKED', 'AUTO_APPROVED', 'ONE_STEP')),
        constraint goodwill_requests_decided check ((state = 'PENDING') = (decided_on is null)
            and (state = 'PENDING') = (checker_name is null)),
        -- What was approved brought one coupon, and nothing else did.
        constraint goodwill_requests_coupon check ((state = 'APPROVED') = (coupon_id is not null)),
        constraint goodwill_requests_of_customer foreign key (org_id, customer_id) references customers (org_id, id),
        constraint goodwill_requests_of_series foreign key (org_id, series_id) references coupon_series (org_id, id),
        constraint goodwill_requests_of_coupon foreign key (org_id, coupon_id) references coupons (org_id, id)
    );
    -- A form that is sent twice asks once.
    create unique index goodwill_requests_form on goodwill_requests (org_id, form_key) where form_key is not null;
    -- Serve the list: all, by state with the count of those that wait, the maker's own, a customer's.
    create index goodwill_requests_by_time on goodwill_requests (org_id, asked_on, id);
    create index goodwill_requests_by_state on goodwill_requests (org_id, state, asked_on, id);
    create index goodwill_requests_by_maker on goodwill_requests (org_id, maker_kind, maker_id, asked_on, id);
    create index goodwill_requests_by_customer on goodwill_requests (org_id, customer_id, asked_on, id);
    perform brand_table('goodwill_requests');
end $mig$;
