-- Serves the counts of a badge's fixed windows: unrevoked earns by event date.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    create index badge_earns_by_event on badge_earns (org_id, badge_id, earn_event_date) where revoked_on is null;
end $mig$;
