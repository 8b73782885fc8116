-- owner: intake
-- +goose Up
-- The newest of one state in the whole union, by their ids alone.
create index intake_application_newest on intake_application (union_id, state, id);
