-- What a brand decides about issuing: how old an event may be, how long a customer must be known, what
-- needs a second person. One row for each brand, made at the first change; defaults are in the program.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    create table org_settings (
        org_id                    bigint not null,
        retro_max_age_days        integer,
        retro_registration_hours  integer,
        badge_benefits            boolean not null default true,
        approve_enrolments        boolean not null default false,
        approve_issues            boolean not null default false,
        revoke_on_return          boolean not null default false,
        version                   bigint not null default 1,
        constraint org_settings_pkey primary key (org_id),
        constraint org_settings_retro check (coalesce(retro_max_age_days, 0) >= 0
            and coalesce(retro_registration_hours, 0) >= 0)
    );
    perform brand_table('org_settings');
end $mig$;
