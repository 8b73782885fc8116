-- owner: intake, payment
-- +goose Up

-- A change of keys finds the rows of one value by their blind index.
create index intake_member_id_no on intake_member (union_id, id_no_ix);
create index payment_line_card on payment_line (union_id, card_ix);
