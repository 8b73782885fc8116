package blob

import (
	"image"
	"image/color"
	"testing"
)

// sheetOn is a sheet of the given lightness with black lines of writing, on a black table that takes up half of the picture.
func sheetOn(light uint8) image.Image {
	img := image.NewGray(image.Rect(0, 0, 400, 300))
	for y := range 300 {
		for x := range 200 {
			if y%12 > 3 || x%9 > 5 {
				img.SetGray(x, y, color.Gray{Y: light})
			}
		}
	}
	return img
}

func TestDim(t *testing.T) {
	for _, tt := range []struct {
		light uint8
		want  bool
	}{{0, true}, {40, true}, {80, true}, {120, false}, {200, false}, {255, false}} {
		for name, data := range map[string][]byte{"jpeg": asJPEG(t, sheetOn(tt.light)), "png": asPNG(t, sheetOn(tt.light))} {
			c, err := Clean(name, data)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Dim(); got != tt.want {
				t.Errorf("%s of lightness %d: dim %v", name, tt.light, got)
			}
		}
	}
	one, err := Clean("dot", asPNG(t, image.NewGray(image.Rect(0, 0, 1, 1))))
	if err != nil || !one.Dim() {
		t.Errorf("a single black dot: %v", err)
	}
	if c, err := Clean("paper.pdf", []byte(tinyPDF)); err != nil || c.Dim() {
		t.Errorf("a PDF is never dim: %v", err)
	}
}
