-- Serves one customer's coupons in the order they were issued, newest or oldest first, a page at a time
-- whatever a customer holds; and the span "issued from, issued to" as a range of it. Those of one series
-- stay with `coupons_by_customer`.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    create index coupons_of_customer on coupons (org_id, customer_id, issued_on, id)
        where customer_id is not null;
end $mig$;
