package blob

import (
	"image"
	"image/color"
	"slices"
)

// Bounds of a blurred picture. The picture is looked at in grey with its longer side at blurSide pixels, where a line of A4
// writing is about 15 pixels high, in squares of blurSquare pixels. A square counts when its grey differs (variance of blurWriting
// and more): an empty table or a white margin is neither sharp nor blurred. The variance of the Laplacian is held against the
// variance of the grey, in thousandths, so that pale writing is not taken for blurred.
//
// Measured on a page of printed Chinese at 1600 pixels, 22 a character, blurred by a Gaussian of s pixels and saved as JPEG of
// quality 95, 80 and 50: s = 0 gives 606 to 632, 1 gives 121 to 123, 1.5 gives 30 to 33, 2 gives 10, 3 gives 4, 4 gives 2 to 4; with
// grain of 8 on top 602, 125, 37, 16, 10, 9; with a quarter of the contrast 774, 182, 43, 8, 4, 4. At 1.5 every character can be
// read, at 2 the strokes of the dense ones run together: the limit stands between.
const (
	blurSide    = 1000
	blurSquare  = 25
	blurWriting = 150
	blurLimit   = 20
	blurLeast   = 200 // a picture smaller than this is not looked at
)

// Blurred says that even the sharpest writing of a cleaned photo is so soft that it may not be read. A hint for the person who
// took it, never a reason to refuse; a PDF, and a picture with nothing written in it, are never blurred.
func (c Cleaned) Blurred() bool {
	if c.Kind == PDF || max(c.W, c.H) < blurLeast {
		return false
	}
	img, err := decode(c.Data)
	if err != nil {
		return false
	}
	s, ok := sharpness(greyOf(img, blurSide))
	return ok && s < blurLimit
}

// greyOf gives a picture in grey, each pixel the mean of those it stands for, its longer side at most side pixels.
func greyOf(img image.Image, side int) *image.Gray {
	r := img.Bounds()
	w, h := r.Dx(), r.Dy()
	tw, th := w, h
	if long := max(w, h); long > side {
		tw, th = max(1, w*side/long), max(1, h*side/long)
	}
	out := image.NewGray(image.Rect(0, 0, tw, th))
	for y := range th {
		for x := range tw {
			sum, n := 0, 0
			for sy := y * h / th; sy < max((y+1)*h/th, y*h/th+1); sy++ {
				for sx := x * w / tw; sx < max((x+1)*w/tw, x*w/tw+1); sx++ {
					sum, n = sum+lumaAt(img, r.Min.X+sx, r.Min.Y+sy), n+1
				}
			}
			out.Pix[y*out.Stride+x] = uint8(sum / n)
		}
	}
	return out
}

// lumaAt reads the brightness of one place; a phone's JPEG keeps it as it is.
func lumaAt(img image.Image, x, y int) int {
	switch p := img.(type) {
	case *image.YCbCr:
		return int(p.Y[p.YOffset(x, y)])
	case *image.Gray:
		return int(p.GrayAt(x, y).Y)
	}
	return int(color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y)
}

// sharpness gives the variance of the Laplacian in thousandths of the variance of the grey, over the quarter of the squares with
// writing that differ most, less the grain of the flattest squares; false when too few have writing.
func sharpness(g *image.Gray) (int, bool) {
	type look struct{ grey, edges int }
	var written []look
	var grain []int
	for y := 1; y+blurSquare < g.Rect.Dy(); y += blurSquare {
		for x := 1; x+blurSquare < g.Rect.Dx(); x += blurSquare {
			grey, edges := square(g, x, y)
			grain = append(grain, edges)
			if grey >= blurWriting {
				written = append(written, look{grey, edges})
			}
		}
	}
	if len(written) < 4 {
		return 0, false
	}
	slices.Sort(grain)
	slices.SortFunc(written, func(a, b look) int { return b.grey - a.grey })
	grey, edges := 0, 0
	for _, l := range written[:max(4, len(written)/4)] {
		grey, edges = grey+l.grey, edges+max(0, l.edges-grain[len(grain)/20])
	}
	return edges * 1000 / grey, true
}

// square gives the variance of the grey and of its Laplacian in one square.
func square(g *image.Gray, x0, y0 int) (grey, edges int) {
	var a, aa, b, bb int
	for y := y0; y < y0+blurSquare; y++ {
		for x := x0; x < x0+blurSquare; x++ {
			i := y*g.Stride + x
			v := int(g.Pix[i])
			l := 4*v - int(g.Pix[i-1]) - int(g.Pix[i+1]) - int(g.Pix[i-g.Stride]) - int(g.Pix[i+g.Stride])
			a, aa, b, bb = a+v, aa+v*v, b+l, bb+l*l
		}
	}
	const n = blurSquare * blurSquare
	return (aa*n - a*a) / (n * n), (bb*n - b*b) / (n * n)
}
