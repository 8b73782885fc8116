package paper

import (
	"fmt"
	"slices"
	"strings"

	"github.com/signintech/gopdf"
)

// Measures in points: A4, its margins, the sizes of writing, and the air in a box.
const (
	pageW, pageH = 595.28, 841.89
	left, top    = 62, 62
	width        = pageW - 2*left
	bottom       = pageH - 78
	small, plain = 9.0, 11.0
	large        = 19.0
	air          = 6.0
)

// geta stands for a character that the typeface has not, as printers set it; the paper says which to write in by hand.
const geta = '〓'

// pen draws one paper from top to bottom.
type pen struct {
	pdf    *gopdf.GoPdf
	y      float64
	size   float64
	wide   map[rune]float64 // at size 1
	absent []rune
	err    error
}

// PDF draws the sheet. Same sheet, same bytes.
func (s Sheet) PDF() ([]byte, error) {
	p, err := begin()
	if err != nil {
		return nil, err
	}
	p.page()
	p.head(s)
	p.pairs(s.Pairs)
	p.table(s.Table)
	for _, t := range s.Body {
		p.paragraph(t)
	}
	p.end(s)
	p.foot()
	if p.err != nil {
		return nil, fmt.Errorf("draw paper: %w", p.err)
	}
	return p.pdf.GetBytesPdfReturnErr()
}

func begin() (*pen, error) {
	p := &pen{pdf: &gopdf.GoPdf{}, wide: map[rune]float64{}}
	p.pdf.Start(gopdf.Config{PageSize: gopdf.Rect{W: pageW, H: pageH}})
	err := p.pdf.AddTTFFontDataWithOption("noto", font, gopdf.TtfOption{OnGlyphNotFoundSubstitute: p.missing})
	if err != nil {
		return nil, fmt.Errorf("font: %w", err)
	}
	return p, nil
}

func (p *pen) missing(r rune) rune {
	if r > ' ' && !slices.Contains(p.absent, r) {
		p.absent = append(p.absent, r)
	}
	return geta
}

func (p *pen) note(err error) {
	if p.err == nil {
		p.err = err
	}
}

func (p *pen) page() {
	p.pdf.AddPage()
	p.pdf.SetLineWidth(0.6)
	p.y = top
}

// room begins a new page where less than h points are left.
func (p *pen) room(h float64) {
	if p.y+h > bottom {
		p.page()
	}
}

func (p *pen) font(size float64) {
	p.size = size
	p.note(p.pdf.SetFont("noto", "", size))
}

// measure gives the width of a text at the present size.
func (p *pen) measure(text string) float64 {
	sum := 0.0
	for _, r := range text {
		w, ok := p.wide[r]
		if !ok {
			wide, err := p.pdf.MeasureTextWidth(string(r))
			p.note(err)
			w = wide / p.size
			p.wide[r] = w
		}
		sum += w * p.size
	}
	return sum
}

func (p *pen) line() float64 { return p.size * 1.55 }

// write sets one line with its top at y.
func (p *pen) write(x, y float64, text string) {
	if text == "" {
		return
	}
	p.pdf.SetXY(x, y+(p.line()-p.size)/2)
	p.note(p.pdf.Cell(nil, text))
}

func (p *pen) head(s Sheet) {
	p.font(plain)
	if s.Union != "" {
		for _, l := range p.wrap(s.Union, width) {
			p.write(left+(width-p.measure(l))/2, p.y, l)
			p.y += p.line()
		}
	}
	p.font(large)
	for _, l := range p.wrap(s.Title, width) {
		p.write(left+(width-p.measure(l))/2, p.y, l)
		p.y += p.line()
	}
	p.font(small)
	if s.Number != "" {
		text := "编号：" + s.Number
		p.write(left+width-p.measure(text), p.y, text)
		p.y += p.line()
	}
	p.y += air
	p.font(plain)
}

func (p *pen) pairs(all []Pair) {
	const label = 110.0
	for _, x := range all {
		p.row([]cell{{text: x.Label, w: label}, {text: x.Value, w: width - label}})
	}
	if len(all) > 0 {
		p.y += 2 * air
	}
}

// cell is one box of a row.
type cell struct {
	text string
	w    float64
	num  bool
}

// row draws boxes side by side, as high as the longest text wants; it is never torn over two pages.
func (p *pen) row(cells []cell) {
	most := 1
	lines := make([][]string, len(cells))
	for i, c := range cells {
		lines[i] = p.wrap(c.text, c.w-2*air)
		most = max(most, len(lines[i]))
	}
	h := float64(most)*p.line() + air
	p.room(h)
	x := float64(left)
	for i, c := range cells {
		p.pdf.RectFromUpperLeftWithStyle(x, p.y, c.w, h, "D")
		for n, l := range lines[i] {
			at := x + air
			if c.num {
				at = x + c.w - air - p.measure(l)
			}
			p.write(at, p.y+air/2+float64(n)*p.line(), l)
		}
		x += c.w
	}
	p.y += h
}

func (p *pen) table(t Table) {
	shares := 0
	for _, c := range t.Cols {
		shares += max(1, c.Share)
	}
	if shares == 0 {
		return
	}
	p.font(small + 1)
	cells := func(texts []string) []cell {
		out := make([]cell, len(t.Cols))
		for i, c := range t.Cols {
			out[i] = cell{w: width * float64(max(1, c.Share)) / float64(shares), num: c.Num}
			if i < len(texts) {
				out[i].text = texts[i]
			}
		}
		return out
	}
	head := make([]string, len(t.Cols))
	for i, c := range t.Cols {
		head[i] = c.Label
	}
	p.row(cells(head))
	for _, r := range t.Rows {
		if p.y+2*p.line() > bottom {
			p.page()
			p.row(cells(head))
		}
		p.row(cells(r))
	}
	if len(t.Foot) > 0 {
		p.row(cells(t.Foot))
	}
	p.y += 2 * air
	p.font(plain)
}

func (p *pen) paragraph(text string) {
	for i, l := range p.wrap("　　"+text, width) {
		p.room(p.line())
		if i > 0 {
			l = strings.TrimLeft(l, " ")
		}
		p.write(left, p.y, l)
		p.y += p.line()
	}
	p.y += air
}

// end draws who signs, the seal's place and the day.
func (p *pen) end(s Sheet) {
	const gap = 26.0
	if n := len(s.Signers); n > 0 {
		p.room(gap + 2*p.line())
		p.y += gap
		for i, who := range s.Signers {
			p.write(left+width*float64(i)/float64(n), p.y, who+"：")
		}
		p.y += p.line()
	}
	if !s.Seal && s.Day == "" {
		return
	}
	lines := []string{}
	if s.Seal {
		lines = append(lines, p.wrap(s.Union, width/2)...)
		lines = append(lines, "（盖章）")
	}
	if s.Day != "" {
		lines = append(lines, s.Day)
	}
	p.room(gap + float64(len(lines))*p.line())
	p.y += gap
	for _, l := range lines {
		p.write(left+width-p.measure(l), p.y, l)
		p.y += p.line()
	}
}

// foot numbers the pages and names the characters to be written in by hand.
func (p *pen) foot() {
	p.font(small)
	absent := ""
	if len(p.absent) > 0 {
		absent = "〓 是字库里没有的字，请手写："
		for _, r := range p.absent {
			absent += fmt.Sprintf(" U+%04X", r)
		}
	}
	n := p.pdf.GetNumberOfPages()
	for i := range n {
		p.note(p.pdf.SetPage(i + 1))
		y := bottom + 20.0
		for _, l := range p.wrap(absent, width) {
			p.write(left, y, l)
			y += p.line()
		}
		text := fmt.Sprintf("第 %d 页，共 %d 页", i+1, n)
		p.write(left+(width-p.measure(text))/2, pageH-44, text)
	}
}
