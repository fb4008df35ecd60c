-- Badge definitions (spec/badges.md 3). What people edit, what is hot (counters) and what is bulk
-- (enrolments, earns) are different tables.
set local citus.multi_shard_modify_mode to 'sequential';
do $mig$
begin
    create table badge_groups (
        org_id      bigint not null,
        id          bytea not null,
        name        text not null,
        rank        integer not null,
        is_active   boolean not null default true,
        version     bigint not null default 1,
        created_on  timestamptz not null,
        created_by  bigint,
        created_by_name text not null,
        updated_on  timestamptz not null,
        updated_by  bigint,
        updated_by_name text not null,
        constraint badge_groups_pkey primary key (org_id, id),
        constraint badge_groups_id check (octet_length(id) = 12),
        constraint badge_groups_rank check (rank >= 0)
    );
    create unique index badge_groups_name on badge_groups (org_id, name) where is_active;
    perform brand_table('badge_groups');

    create table badge_fields (
        org_id         bigint not null,
        id             bytea not null,
        name           text not null,
        data_type      text not null,
        is_mandatory   boolean not null default false,
        default_value  text,
        is_active      boolean not null default true,
        version        bigint not null default 1,
        created_on     timestamptz not null,
        created_by     bigint,
        created_by_name text not null,
        updated_on     timestamptz not null,
        updated_by     bigint,
        updated_by_name text not null,
        constraint badge_fields_pkey primary key (org_id, id),
        constraint badge_fields_id check (octet_length(id) = 12),
        constraint badge_fields_type check (data_type in ('INTEGER', 'BOOLEAN', 'DATE', 'STRING')),
        constraint badge_fields_default check (not is_mandatory or default_value is not null)
    );
    create unique index badge_fields_name on badge_fields (org_id, name) where is_active;
    perform brand_table('badge_fields');

    create table badges (
        org_id           bigint not null,
        id               bytea not null,
        numeric_id       bigint not null,
        name             text not null,
        name_key         text collate "C" not null,
        description      text,
        start_on         timestamptz not null,
        expires_on       timestamptz not null,
        earn_type        text not null,
        earned_expiry    jsonb not null,
        issued_expiry    jsonb,
        active           boolean not null default true,
        group_id         bytea,
        rank             integer,
        default_till_id  bigint,
        migrated         boolean not null default false,
        import_id        bigint,
        version          bigint not null default 1,
        created_on       timestamptz not null,
        created_by       bigint,
        created_by_name  text not null,
        updated_on       timestamptz not null,
        updated_by       bigint,
        updated_by_name  text not null,
        constraint badges_pkey primary key (org_id, id),
        constraint badges_id check (octet_length(id) = 12),
        constraint badges_name unique (org_id, name),
        constraint badges_numeric_id unique (org_id, numeric_id),
        constraint badges_earn_type check (earn_type in ('EARN', 'ISSUE_EARN')),
        constraint badges_duration check (expires_on >= start_on),
        constraint badges_group foreign key (org_id, group_id) references badge_groups (org_id, id)
    );
    -- Serve the list's orders; newest first is the primary key.
    create index badges_by_name on badges (org_id, name_key, id);
    create index badges_by_start on badges (org_id, start_on, id);
    create index badges_by_updated on badges (org_id, updated_on, id);
    perform brand_table('badges');

    create table badge_images (
        org_id    bigint not null,
        badge_id  bytea not null,
        tag       text not null,
        name      text not null,
        handle    uuid not null,
        url       text not null,
        file_id   bytea,
        constraint badge_images_pkey primary key (org_id, badge_id, tag),
        constraint badge_images_tag check (tag in ('UN_EARNED', 'IN_PROGRESS', 'EARNED')),
        constraint badge_images_badge foreign key (org_id, badge_id) references badges (org_id, id) on delete cascade
    );
    perform brand_table('badge_images');

    create table badge_owners (
        org_id    bigint not null,
        badge_id  bytea not null,
        owner     text not null,
        constraint badge_owners_pkey primary key (org_id, badge_id, owner),
        constraint badge_owners_badge foreign key (org_id, badge_id) references badges (org_id, id) on delete cascade
    );
    -- Serves "the badges of this module".
    create index badge_owners_by_owner on badge_owners (org_id, owner, badge_id);
    perform brand_table('badge_owners');

    create table badge_claims (
        org_id        bigint not null,
        badge_id      bytea not null,
        owner_type    text not null,
        reference_id  text not null,
        is_active     boolean not null default true,
        created_on    timestamptz not null,
        created_by    bigint,
        unclaimed_on  timestamptz,
        constraint badge_claims_pkey primary key (org_id, badge_id, owner_type, reference_id),
        constraint badge_claims_badge foreign key (org_id, badge_id) references badges (org_id, id) on delete cascade
    );
    perform brand_table('badge_claims');

    -- Overall and moving limits: one row for each unit of each level.
    create table badge_limits (
        org_id      bigint not null,
        badge_id    bytea not null,
        level       text not null,
        kind        text not null,
        roll_type   text not null default '',
        roll_value  integer,
        max         bigint not null,
        constraint badge_limits_pkey primary key (org_id, badge_id, level, kind, roll_type),
        constraint badge_limits_level check (level in ('CUSTOMER', 'BADGE')),
        constraint badge_limits_kind check (kind in ('OVERALL', 'ROLLING')),
        constraint badge_limits_roll check ((kind = 'ROLLING') = (roll_value is not null)
            and (kind = 'ROLLING') = (roll_type in ('DAYS', 'WEEKS', 'MONTHS'))),
        constraint badge_limits_max check (max >= 1 and coalesce(roll_value, 1) >= 1),
        constraint badge_limits_badge foreign key (org_id, badge_id) references badges (org_id, id) on delete cascade
    );
    perform brand_table('badge_limits');

    -- Fixed windows: each level's configs, past ones kept because old events are judged by them.
    -- `seq` tells configs of one definition apart: reference ids repeat (7.6).
    create table badge_windows (
        org_id         bigint not null,
        badge_id       bytea not null,
        level          text not null,
        seq            integer not null,
        reference_id   uuid not null,
        duration_type  text not null,
        refresh_rate   integer,
        start_dow      smallint,
        max            bigint not null,
        start_at       timestamptz not null,
        end_at         timestamptz,
        superseded_at  timestamptz,
        constraint badge_windows_pkey primary key (org_id, badge_id, level, seq),
        constraint badge_windows_level check (level in ('CUSTOMER', 'BADGE')),
        constraint badge_windows_type check (duration_type in ('DAYS', 'WEEKS', 'MONTHS')),
        constraint badge_windows_rate check ((duration_type = 'DAYS') = (refresh_rate is not null)),
        constraint badge_windows_dow check ((duration_type = 'WEEKS') = (start_dow is not null) and coalesce(start_dow, 1) between 1 and 7),
        constraint badge_windows_max check (max >= 1 and coalesce(refresh_rate, 1) >= 1),
        constraint badge_windows_badge foreign key (org_id, badge_id) references badges (org_id, id) on delete cascade
    );
    perform brand_table('badge_windows');

    create table badge_benefits (
        org_id    bigint not null,
        badge_id  bytea not null,
        position  smallint not null,
        type      text not null,
        params    jsonb not null,
        constraint badge_benefits_pkey primary key (org_id, badge_id, position),
        constraint badge_benefits_position check (position between 0 and 9),
        constraint badge_benefits_badge foreign key (org_id, badge_id) references badges (org_id, id) on delete cascade
    );
    perform brand_table('badge_benefits');

    create table badge_tags (
        org_id    bigint not null,
        badge_id  bytea not null,
        position  smallint not null,
        name      text not null,
        value     text not null,
        constraint badge_tags_pkey primary key (org_id, badge_id, position),
        constraint badge_tags_badge foreign key (org_id, badge_id) references badges (org_id, id) on delete cascade
    );
    perform brand_table('badge_tags');

    create table badge_field_values (
        org_id    bigint not null,
        badge_id  bytea not null,
        field_id  bytea not null,
        value     text not null,
        constraint badge_field_values_pkey primary key (org_id, badge_id, field_id),
        constraint badge_field_values_badge foreign key (org_id, badge_id) references badges (org_id, id) on delete cascade,
        constraint badge_field_values_field foreign key (org_id, field_id) references badge_fields (org_id, id)
    );
    create index badge_field_values_by_field on badge_field_values (org_id, field_id);
    perform brand_table('badge_field_values');

    -- How many were enrolled and issued, revoked ones not counted. Spread over shards so that many
    -- issuers of one badge do not queue for one row; a page adds the shards up.
    create table badge_counters (
        org_id    bigint not null,
        badge_id  bytea not null,
        shard     smallint not null,
        enrolled  bigint not null default 0,
        earned    bigint not null default 0,
        constraint badge_counters_pkey primary key (org_id, badge_id, shard),
        constraint badge_counters_badge foreign key (org_id, badge_id) references badges (org_id, id) on delete cascade
    );
    perform brand_table('badge_counters');
end $mig$;
