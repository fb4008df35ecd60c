-- The activity page offers the deeds the log holds and filters by one of them.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    -- Serves the filter "deed" of the brand-wide page and the list of deeds it offers.
    create index activity_by_verb on activity (org_id, verb, id);
end $mig$;
