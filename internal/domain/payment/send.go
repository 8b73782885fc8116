package payment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/task"
)

// File is a bank file with its control figures: lines, total in fen, and the SHA-256 of its bytes.
type File struct {
	Name, Number, Hash string
	Data               []byte
	Lines              int64
	Total              money.Amount
	Cash               bool // a list to be signed, and nothing for a bank
}

// Send writes the bank file of a checked batch and marks it sent. Opening the accounts is one bulk look: the audit keeps
// its purpose, the count and the file's hash; the file itself is kept nowhere. A download that was lost is written again,
// as long as it is the same file to the byte. The maker may not send. Faults: "payment.same_person", "payment.own_line",
// "payment.card_changed", "payment.gone", "payment.file_changed" (Refused), "payment.batch_state" (Conflict).
func Send(ctx context.Context, tx *db.Tx, in BatchID) (File, error) {
	b, lines, err := BatchOf(ctx, tx, in.ID)
	if err != nil {
		return File{}, err
	}
	tx.About("batch", b.ID, "card", "file")
	if err := b.other(ctx, tx, lines); err != nil {
		return File{}, err
	}
	f, err := b.file(ctx, tx, lines)
	if err != nil {
		return File{}, err
	}
	tx.Trail.Reason = "bank file, lines " + strconv.FormatInt(b.Lines, 10) + ", sha256 " + f.Hash
	if b.State == Sent {
		if f.Hash != b.FileHash {
			return File{}, fault.New(fault.Refused, "payment.file_changed", b.Number)
		}
		return f, b.move(ctx, tx, Sent, "file_hash = $5", f.Hash)
	}
	if err := b.move(ctx, tx, Sent, "sent_by = $5, sent_at = $6, file_hash = $7", tx.Actor.User, tx.Ms(), f.Hash); err != nil {
		return File{}, err
	}
	if err := task.Close(ctx, tx, "payment.send", b.ID); err != nil {
		return File{}, err
	}
	if b.Cash() {
		if err := b.draw(ctx, tx, lines); err != nil {
			return File{}, err
		}
		return f, b.ask(ctx, tx, "payment.land", "登记批次 {0} 的现金签领")
	}
	return f, b.ask(ctx, tx, "payment.land", "导入批次 {0} 的银行回单")
}

// sendTitle words the cashier's turn with a checked batch.
func (b Batch) sendTitle() words.Key {
	if b.Cash() {
		return "批次 {0} 发现金，请领出现金"
	}
	return "把批次 {0} 交给银行"
}

func (b Batch) file(ctx context.Context, tx *db.Tx, lines []Line) (File, error) {
	p, err := ProfileFor(ctx, tx, b.Profile)
	if err != nil {
		return File{}, err
	}
	rows, err := b.rows(ctx, tx, lines)
	if err != nil {
		return File{}, err
	}
	data, err := p.write(rows)
	if err != nil {
		return File{}, err
	}
	sum := sha256.Sum256(data)
	return File{Name: p.fileName(b), Number: b.Number, Hash: hex.EncodeToString(sum[:]), Data: data, Lines: b.Lines, Total: b.Total, Cash: b.Cash()}, nil
}

// rows opens what the bank needs. An account changed since the batch was checked, or a worker no longer here, stops the
// whole file: what was countersigned is what is sent.
func (b Batch) rows(ctx context.Context, tx *db.Tx, lines []Line) ([]row, error) {
	var ids []string
	for _, l := range lines {
		if l.instalment().Way == ByBank {
			ids = append(ids, l.PersonID)
		}
	}
	numbers, err := person.OpenMany(ctx, tx, "payment.batch", ids)
	if err != nil {
		return nil, err
	}
	out := make([]row, len(lines))
	for i, l := range lines {
		w, err := person.Get(ctx, tx, l.PersonID)
		if err != nil {
			return nil, err
		}
		to, why, err := accountOf(ctx, tx, l.instalment(), w)
		switch {
		case err != nil:
			return nil, err
		case to.ix != l.CardIx || why != "":
			return nil, fault.New(fault.Refused, "payment.card_changed", b.Number, l.No)
		case w.Status != person.Active:
			return nil, fault.New(fault.Refused, "payment.gone", b.Number, l.No)
		}
		n := numbers[l.PersonID]
		out[i] = row{no: l.No, name: to.name, card: n.Card, bank: to.bank, branch: to.branch, id: n.IDNo, staff: w.StaffNo, ref: l.ID, amount: l.Amount}
		switch {
		case l.PayeeID != "":
			out[i].card, out[i].id, out[i].staff = to.payee.Account, "", ""
		case b.Cash():
			out[i].name, out[i].card, out[i].id = w.Name, "", ""
		}
	}
	return out, nil
}
