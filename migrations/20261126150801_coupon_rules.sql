-- What a brand decides about redeeming coupons: whether a transaction's number is needed, and how many
-- codes one call may redeem.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    alter table org_settings
        add column coupons_need_transaction boolean not null default false,
        add column coupon_redeem_most integer not null default 100
            constraint org_settings_coupon_redeem_most check (coupon_redeem_most > 0);
end $mig$;
