-- The audit API says at which till something was done (spec/membercare.md 2.8).
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    alter table activity add column till_id bigint;
end $mig$;
