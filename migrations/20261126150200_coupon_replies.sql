-- What calls that give and redeem coupons were answered, by the id their caller gave them: the same call
-- sent again is answered the same and not done again (spec/api-conventions.md 12). `call` is the hash of
-- path, query and body, so that an id used for two different calls stands for two. Kept for a day.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    create table coupon_replies (
        org_id      bigint not null,
        request_id  text not null,
        call        bytea not null,
        body        text,
        created_on  timestamptz not null,
        constraint coupon_replies_pkey primary key (org_id, request_id, call)
    );
    -- Serves letting go of what is old.
    create index coupon_replies_by_age on coupon_replies (org_id, created_on);
    perform brand_table('coupon_replies');
end $mig$;
