package blob

import (
	"image"
	"image/color"
	"math"
	"testing"
)

// written is a page of lines of small strokes, as dense as printed Chinese, dark on light.
func written(light, dark uint8) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, 900, 1200))
	for i := range img.Pix {
		img.Pix[i] = light
	}
	seed := uint32(7)
	next := func(n int) int {
		seed = seed*1664525 + 1013904223
		return int(seed>>16) % n
	}
	for y := 100; y < 1100; y += 36 {
		for x := 90; x < 800; x += 24 {
			for range 7 {
				w, h, sx, sy := 2, 4+next(14), next(18), next(8)
				if next(2) == 0 {
					w, h, sx, sy = h, w, sy, sx
				}
				for i := range w * h {
					img.SetGray(x+sx+i%w, y+sy+i/w, color.Gray{Y: dark})
				}
			}
		}
	}
	return img
}

// softened is a picture out of focus by a Gaussian of s pixels.
func softened(g *image.Gray, s float64) *image.Gray {
	r := int(3*s) + 1
	k, sum := make([]float64, 2*r+1), 0.0
	for i := range k {
		k[i] = math.Exp(-float64((i-r)*(i-r)) / (2 * s * s))
		sum += k[i]
	}
	w, h := g.Rect.Dx(), g.Rect.Dy()
	pass := func(in *image.Gray, dx, dy int) *image.Gray {
		out := image.NewGray(in.Rect)
		for y := range h {
			for x := range w {
				v := 0.0
				for i := range k {
					v += k[i] * float64(in.GrayAt(min(max(x+(i-r)*dx, 0), w-1), min(max(y+(i-r)*dy, 0), h-1)).Y)
				}
				out.SetGray(x, y, color.Gray{Y: uint8(v/sum + 0.5)})
			}
		}
		return out
	}
	return pass(pass(g, 1, 0), 0, 1)
}

func TestBlurred(t *testing.T) {
	white := image.NewGray(image.Rect(0, 0, 600, 800))
	for name, tt := range map[string]struct {
		img  image.Image
		want bool
	}{
		"sharp":              {written(230, 30), false},
		"sharp and pale":     {written(220, 160), false},
		"sharp and dark":     {written(110, 20), false},
		"a little soft":      {softened(written(230, 30), 1), false},
		"out of focus":       {softened(written(230, 30), 4), true},
		"far out of focus":   {softened(written(230, 30), 6), true},
		"pale, out of focus": {softened(written(220, 140), 4), true},
		"nothing written":    {white, false},
		"tiny":               {image.NewGray(image.Rect(0, 0, 20, 20)), false},
	} {
		for kind, data := range map[string][]byte{"jpeg": asJPEG(t, tt.img), "png": asPNG(t, tt.img)} {
			c, err := Clean("page", data)
			if err != nil {
				t.Fatal(err)
			}
			if c.Blurred() != tt.want {
				n, ok := sharpness(greyOf(tt.img, blurSide))
				t.Errorf("%s (%s): blurred %v, sharpness %d %v", name, kind, !tt.want, n, ok)
			}
		}
	}
	if c, err := Clean("paper.pdf", []byte(tinyPDF)); err != nil || c.Blurred() {
		t.Errorf("a PDF is never blurred: %v", err)
	}
}
