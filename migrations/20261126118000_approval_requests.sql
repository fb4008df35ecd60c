-- Enrolments and issues that wait for a second person (spec/badges.md 16): who asks, for what, who
-- decided and what came of it. `id` is a UUID of version 7, so its order is the order of asking.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    create table approval_requests (
        org_id        bigint not null,
        id            uuid not null,
        kind          text not null,
        state         text not null default 'AdminTask',
        -- The call that waits.
        badge_id      bytea not null,
        customer_ids  bigint[] not null,
        request_id    text not null,
        event_on      timestamptz,
        owner_type    text,
        reference_id  text,
        -- Where the caller says it comes from, and the frame of the call as it was sent, without secrets.
        till_id       text,
        store_id      text,
        zone_id       text,
        concept_id    text,
        sent          jsonb,
        maker_kind    text not null,
        maker_id      bigint,
        maker_name    text not null,
        made_on       timestamptz not null,
        checker_kind  text,
        checker_id    bigint,
        checker_name  text,
        ended_on      timestamptz,
        message       text,
        -- What the call answered, as the wire says it; `reason` is why it failed, in words.
        outcome       jsonb,
        reason        text,
        constraint approval_requests_pkey primary key (org_id, id),
        constraint approval_requests_kind check (kind in ('earn-badge', 'issue-badge')),
        constraint approval_requests_state check (state in ('AdminTask', 'approved', 'failed', 'rejected')),
        constraint approval_requests_ended check ((state = 'AdminTask') = (ended_on is null)),
        constraint approval_requests_reason check ((state = 'failed') = (reason is not null)),
        constraint approval_requests_customers check (cardinality(customer_ids) between 1 and 1000),
        constraint approval_requests_badge foreign key (org_id, badge_id) references badges (org_id, id) on delete cascade
    );
    -- What is sent twice waits once.
    create unique index approval_requests_waiting on approval_requests (org_id, request_id) where state = 'AdminTask';
    -- Serve the list by state, with the count of those that wait, and the maker's own.
    create index approval_requests_by_state on approval_requests (org_id, state, id);
    create index approval_requests_by_maker on approval_requests (org_id, maker_kind, maker_id, id);
    -- Serves the list by the end.
    create index approval_requests_by_end on approval_requests (org_id, ended_on, id);
    perform brand_table('approval_requests');
end $mig$;
