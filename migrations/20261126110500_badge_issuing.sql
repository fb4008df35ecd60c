-- What issuing badges rests on: request ids used once, counts that limits across customers are judged
-- by, and what came with each issued badge.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    -- A request id is a brand's once, over all calls that issue or enrol (spec/badges.md 8.2). Its row
    -- and the effect commit together.
    create table badge_requests (
        org_id      bigint not null,
        request_id  text not null,
        made_on     timestamptz not null,
        constraint badge_requests_pkey primary key (org_id, request_id)
    );
    perform brand_table('badge_requests');

    -- How many unrevoked earns a limit across customers counts: all of them, those with an event in
    -- [starts, ends), or those processed after `edge`. A row is made when first asked, with the true
    -- count, and thrown away when the badge's windows change.
    create table badge_limit_counts (
        org_id    bigint not null,
        badge_id  bytea not null,
        kind      text not null,
        number    integer not null,
        starts    timestamptz not null,
        ends      timestamptz,
        edge      timestamptz,
        n         bigint not null,
        constraint badge_limit_counts_pkey primary key (org_id, badge_id, kind, number, starts),
        constraint badge_limit_counts_kind check (kind in ('OVERALL', 'WINDOW', 'DAYS', 'WEEKS', 'MONTHS')),
        constraint badge_limit_counts_bounds check ((kind = 'WINDOW') = (ends is not null)
            and (kind in ('DAYS', 'WEEKS', 'MONTHS')) = (edge is not null)),
        constraint badge_limit_counts_badge foreign key (org_id, badge_id) references badges (org_id, id) on delete cascade
    );
    perform brand_table('badge_limit_counts');

    -- What an issued badge brought with it: the badge's benefits as they were, in order.
    create table badge_earn_benefits (
        org_id        bigint not null,
        earn_id       bytea not null,
        position      smallint not null,
        type          text not null,
        params        jsonb not null,
        status        text not null default 'PENDING',
        code          integer,
        notes         text,
        coupon_code   text,
        points        numeric,
        promotion_id  text,
        valid_till    timestamptz,
        settled_on    timestamptz,
        constraint badge_earn_benefits_pkey primary key (org_id, earn_id, position),
        constraint badge_earn_benefits_position check (position between 0 and 9),
        constraint badge_earn_benefits_status check (status in ('PENDING', 'GIVEN', 'FAILED')),
        constraint badge_earn_benefits_settled check ((status = 'PENDING') = (settled_on is null)),
        constraint badge_earn_benefits_earn foreign key (org_id, earn_id) references badge_earns (org_id, id) on delete cascade
    );
    -- Serves whoever gives what is still owed.
    create index badge_earn_benefits_pending on badge_earn_benefits (org_id, type, earn_id) where status = 'PENDING';
    perform brand_table('badge_earn_benefits');
end $mig$;
