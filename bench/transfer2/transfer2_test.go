package main

import "testing"

// The bench itself must count rightly: every side does some of the work and its books hold.
func TestSides(t *testing.T) {
	own, err := newOurs("sqlite", "sqlite:"+t.TempDir()+"/ours.db", 20)
	if err != nil {
		t.Fatal(err)
	}
	defer own.close()
	web, err := newServed("sqlite", t.TempDir(), "", 20)
	if err != nil {
		t.Fatal(err)
	}
	defer web.close()
	w := wish{secs: 0.2, pockets: 20}
	for _, s := range []side{own.side("spread"), own.side("hot"), web.side("spread"), bareSQL(t.TempDir()+"/bare.db", "spread"), wal(t.TempDir() + "/wal")} {
		if r, err := w.drive(s, 4); err != nil || r.perSecond == 0 {
			t.Errorf("%s: %+v, %v", s.key(), r, err)
		}
		if err := s.check(); err != nil {
			t.Errorf("%s: %v", s.key(), err)
		}
	}
}
