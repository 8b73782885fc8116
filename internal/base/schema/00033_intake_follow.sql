-- owner: intake
-- +goose Up

-- What a relative on file agreed to before is found by who they are.
create index intake_member_on_file on intake_member (union_id, member_id, consent_at);

-- Those still under way are walked in order of their ids.
create index intake_application_live on intake_application (union_id, id) where state not in ('decided', 'refused', 'withdrawn');
create index plan_award_live on plan_award (union_id, id) where state not in ('refused', 'paid', 'stopped', 'cancelled');
