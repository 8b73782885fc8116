-- owner: intake
-- +goose Up

-- What a relative on file agreed to before is found by who they are.
create index intake_member_on_file on intake_member (union_id, member_id, consent_at);
