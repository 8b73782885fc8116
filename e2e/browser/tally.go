package browser

// Tally is what a person has done so far: presses on controls, and fields typed into. Choosing from a list is two presses
// (open it, choose); a photo or file is two (open the camera, take it). Going on by the address bar costs nothing, so start
// a journey where its person starts.
type Tally struct {
	Taps, Fields int
	Typed        []string // the labels of the fields, in order
}

// Tally is what was done in this tab since it was opened or since the last Count.
func (p *Page) Tally() Tally { return *p.done }

// Count begins to count anew.
func (p *Page) Count() { *p.done = Tally{} }

func (p *Page) tap(n int) { p.done.Taps += n }

func (p *Page) typed(label string) {
	p.done.Fields++
	p.done.Typed = append(p.done.Typed, label)
}

// ExpectWithin fails when the journey took more presses or more typed fields than it may, and says what it took.
func (p *Page) ExpectWithin(journey string, taps, fields int) {
	p.t.Helper()
	got := p.Tally()
	p.t.Logf("%s: %d taps of %d, %d fields of %d", journey, got.Taps, taps, got.Fields, fields)
	if got.Taps > taps || got.Fields > fields {
		p.t.Errorf("%s took %d taps and %d fields (%v), and may take %d and %d", journey, got.Taps, got.Fields, got.Typed, taps, fields)
	}
}
