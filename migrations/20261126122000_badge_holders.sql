-- What a badge's lists of holders and of enrolments need: the order of their events and, where events
-- are alike, of their ids. Those revoked are few among many and have an index of their own, so that
-- "only the revoked ones" is one range and an issue pays for one index, not two.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    -- Serve the lists of a badge, newest event first, and the counts of its windows.
    drop index if exists badge_earns_by_event;
    create index badge_earns_by_event on badge_earns (org_id, badge_id, earn_event_date, id)
        where revoked_on is null;
    create index badge_earns_revoked on badge_earns (org_id, badge_id, earn_event_date, id)
        where revoked_on is not null;
    create index badge_enrolments_by_event on badge_enrolments (org_id, badge_id, issue_event_date, id)
        where revoked_on is null;
    create index badge_enrolments_revoked on badge_enrolments (org_id, badge_id, issue_event_date, id)
        where revoked_on is not null;
end $mig$;
