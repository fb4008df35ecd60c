-- Finds the redemptions a file brought: taking the file back reverses them some thousands at a time.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    create index coupon_redemptions_by_import on coupon_redemptions (org_id, import_id, coupon_id)
        where import_id is not null;
end $mig$;
