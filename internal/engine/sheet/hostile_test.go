package sheet

import (
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
)

// heap runs f and gives by how many MiB the heap grew at most, looked at each millisecond.
func heap(f func()) int {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before, most := m.HeapAlloc, m.HeapAlloc
	stop, done := make(chan struct{}), sync.WaitGroup{}
	done.Go(func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
			select {
			case <-stop:
				return
			case <-tick.C:
			}
		}
	})
	f()
	close(stop)
	done.Wait()
	return int((most - before) >> 20)
}

// mostHeap is what reading one hostile workbook may take, in MiB.
const mostHeap = 64

// A workbook made to do harm is refused with a sentence, or its harmful part is never opened, and neither fills the memory.
func TestHostileWorkbooks(t *testing.T) {
	row := "<row><c t=\"inlineStr\"><is><t>姓名</t></is></c><c t=\"inlineStr\"><is><t>身份证</t></is></c></row><row><c><v>1</v></c><c><v>2</v></c></row>"
	sheet := func(inner string) string { return "<worksheet><sheetData>" + inner + "</sheetData></worksheet>" }
	for _, tt := range []struct {
		name, part, text string
		key              string // "" where the workbook reads, the part left alone
	}{
		{"link to another workbook", "xl/externalLinks/externalLink1.xml", strings.Repeat("<externalLink/>", 4<<20), ""},
		{"link to an address", "xl/worksheets/_rels/s1.xml.rels", `<Relationships><Relationship Id="r1" TargetMode="External" Target="http://192.0.2.1/x"/></Relationships>`, ""},
		{"macro", "xl/vbaProject.bin", strings.Repeat("x", 40<<20), ""},
		{"picture bomb", "xl/media/image1.png", strings.Repeat("\x00", 200<<20), ""},
		{"entities", "xl/sharedStrings.xml", `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>`, "sheet.broken"},
		{"outside entity", "xl/sharedStrings.xml", `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst><si><t>&a;</t></si></sst>`, "sheet.broken"},
		{"one endless string", "xl/sharedStrings.xml", "<sst><si><t>" + strings.Repeat("a", 64<<20) + "</t></si></sst>", "sheet.bomb"},
		{"deep strings", "xl/sharedStrings.xml", "<sst>" + strings.Repeat("<si><r>", 10<<20) + "</sst>", "sheet.bomb"},
		{"endless sheet", "xl/worksheets/s1.xml", sheet(row + strings.Repeat(" ", 200<<20)), "sheet.bomb"},
		{"deep behind an instruction", "xl/worksheets/s1.xml", "<?x it's ?>" + sheet(row+strings.Repeat("<row><c>", 10<<20)), "sheet.bomb"},
		{"deep behind a quote", "xl/worksheets/s1.xml", sheet(row + `<row a="'/>" b='"'/>` + strings.Repeat("<row><c>", 10<<20)), "sheet.bomb"},
		{"deep sheet", "xl/worksheets/s1.xml", sheet(strings.Repeat("<row><c>", 10<<20)), "sheet.bomb"},
	} {
		parts := map[string]string{"xl/workbook.xml": bookXML, "xl/_rels/workbook.xml.rels": relsXML, "xl/worksheets/s1.xml": sheet(row)}
		parts[tt.part] = tt.text
		data := zipped(t, parts)
		delete(parts, tt.part)
		tt.text = ""
		var err error
		grown := heap(func() {
			var b *Book
			var m Mapping
			if b, err = Open(data); err == nil {
				if m, err = b.Match(roster); err == nil {
					for _, err = range b.Rows(m) {
						if err != nil {
							break
						}
					}
				}
			}
		})
		t.Logf("%s: %d KiB packed, %d MiB of heap, %v", tt.name, len(data)>>10, grown, err)
		if tt.key == "" && err != nil || tt.key != "" && !fault.Is(err, tt.key) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.key)
		}
		if grown > mostHeap {
			t.Errorf("%s: the heap grew by %d MiB, at most %d are allowed", tt.name, grown, mostHeap)
		}
		if f := fault.Of(err); err != nil && words.T(words.Zh, f.Key, f.Args...) == f.Key {
			t.Errorf("%s has no words", f.Key)
		}
	}
}
