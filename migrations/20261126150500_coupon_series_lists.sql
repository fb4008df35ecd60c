-- Serve the lists and the statistics of a series at ten million codes: each filter of its codes page is
-- a range of one index, newest first.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    -- Issued codes by their issue; how many were issued on a day.
    create index coupons_issued on coupons (org_id, series_id, issued_on, id) where customer_id is not null;
    -- Revoked codes. (`revoked_on` stands in other predicates already: a revocation costs nothing more.)
    create index coupons_revoked on coupons (org_id, series_id, revoked_on, id) where revoked_on is not null;
    -- Redeemed codes by their last redemption, and how many were redeemed on a day. Takes the place of
    -- one that held reversed redemptions, too, for which nobody asks. There is no index over
    -- `coupons.redeemed`: it would make each redemption write to every index of the coupon.
    create index coupon_redemptions_living on coupon_redemptions (org_id, series_id, redeemed_on, id)
        where reversed_on is null;
    drop index coupon_redemptions_by_series;
end $mig$;
