-- A picture's handle is whatever its file service said: the wire knows handles that are no UUIDs.
set local citus.multi_shard_modify_mode to 'sequential';
alter table badge_images alter column handle type text using handle::text;
