using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>
/// Loops that run inside products: which do, and that every bit stays as it was. (Few rows of f32 times a matrix in memory go through it in shorter blocks of k than
/// times one that is computed; the programs here have one block of either, or more rows.)
/// </summary>
public class ProductFusionTests
{
    private const string Behind = "behind it", Before = "before it", BeforeAndBehind = Before + Behind;

    private static readonly (string Name, string Text, string Expected)[] s_programs =
    [
        ("bias and relu, one block of k", """
            func.func @main(%x: tensor<90x64xf32>, %w: tensor<64x300xf32>, %b: tensor<300xf32>) -> tensor<90x300xf32> {
              %zero = stablehlo.constant dense<0.0> : tensor<90x300xf32>
              %p = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<90x64xf32>, tensor<64x300xf32>) -> tensor<90x300xf32>
              %bb = stablehlo.broadcast_in_dim %b, dims = [1] : (tensor<300xf32>) -> tensor<90x300xf32>
              %s = stablehlo.add %p, %bb : tensor<90x300xf32>
              %r = stablehlo.maximum %s, %zero : tensor<90x300xf32>
              return %r : tensor<90x300xf32>
            }
            """, Behind),
        ("several blocks of k, sums in the result", """
            func.func @main(%x: tensor<75x1500xf32>, %w: tensor<1500x341xf32>, %b: tensor<341xf32>) -> tensor<75x341xf32> {
              %p = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<75x1500xf32>, tensor<1500x341xf32>) -> tensor<75x341xf32>
              %bb = stablehlo.broadcast_in_dim %b, dims = [1] : (tensor<341xf32>) -> tensor<75x341xf32>
              %s = stablehlo.multiply %p, %bb : tensor<75x341xf32>
              return %s : tensor<75x341xf32>
            }
            """, Behind),
        ("several blocks of k, a residual that could be overwritten", """
            func.func @main(%x: tensor<75x1500xf32>, %w: tensor<1500x512xf32>, %h: tensor<75x512xf32> {tf.aliasing_output = 0 : i32}) -> tensor<75x512xf32> {
              %p = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<75x1500xf32>, tensor<1500x512xf32>) -> tensor<75x512xf32>
              %s = stablehlo.add %h, %p : tensor<75x512xf32>
              return %s : tensor<75x512xf32>
            }
            """, Behind),
        ("the residual is the left operand, too", """
            func.func @main(%h: tensor<96x96xf32> {tf.aliasing_output = 0 : i32}, %w: tensor<96x96xf32>) -> tensor<96x96xf32> {
              %p = stablehlo.dot_general %h, %w, contracting_dims = [1] x [0] : (tensor<96x96xf32>, tensor<96x96xf32>) -> tensor<96x96xf32>
              %s = stablehlo.add %h, %p : tensor<96x96xf32>
              return %s : tensor<96x96xf32>
            }
            """, Behind),
        ("a gate for each element of the batch", """
            func.func @main(%x: tensor<3x40x64xf32>, %w: tensor<64x192xf32>, %g: tensor<3x192xf32>, %h: tensor<3x40x192xf32>) -> tensor<3x40x192xf32> {
              %p = stablehlo.dot_general %x, %w, contracting_dims = [2] x [0] : (tensor<3x40x64xf32>, tensor<64x192xf32>) -> tensor<3x40x192xf32>
              %gb = stablehlo.broadcast_in_dim %g, dims = [0, 2] : (tensor<3x192xf32>) -> tensor<3x40x192xf32>
              %m = stablehlo.multiply %p, %gb : tensor<3x40x192xf32>
              %s = stablehlo.add %m, %h : tensor<3x40x192xf32>
              return %s : tensor<3x40x192xf32>
            }
            """, Behind),
        ("a batch of products", """
            func.func @main(%x: tensor<3x70x200xf32>, %w: tensor<3x200x130xf32>, %b: tensor<3x130xf32>) -> tensor<3x70x130xf32> {
              %p = stablehlo.dot_general %x, %w, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<3x70x200xf32>, tensor<3x200x130xf32>) -> tensor<3x70x130xf32>
              %bb = stablehlo.broadcast_in_dim %b, dims = [0, 2] : (tensor<3x130xf32>) -> tensor<3x70x130xf32>
              %s = stablehlo.subtract %p, %bb : tensor<3x70x130xf32>
              return %s : tensor<3x70x130xf32>
            }
            """, Behind),
        ("columns split into heads", """
            func.func @main(%x: tensor<90x64xf32>, %w: tensor<64x288xf32>, %g: tensor<72xf32>, %h: tensor<4x90xf32>) -> tensor<90x4x72xf32> {
              %p = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<90x64xf32>, tensor<64x288xf32>) -> tensor<90x288xf32>
              %q = stablehlo.reshape %p : (tensor<90x288xf32>) -> tensor<90x4x72xf32>
              %gb = stablehlo.broadcast_in_dim %g, dims = [2] : (tensor<72xf32>) -> tensor<90x4x72xf32>
              %hb = stablehlo.broadcast_in_dim %h, dims = [1, 0] : (tensor<4x90xf32>) -> tensor<90x4x72xf32>
              %m = stablehlo.multiply %q, %gb : tensor<90x4x72xf32>
              %s = stablehlo.add %m, %hb : tensor<90x4x72xf32>
              return %s : tensor<90x4x72xf32>
            }
            """, ""),
        ("columns split into heads of whole registers", """
            func.func @main(%x: tensor<90x64xf32>, %w: tensor<64x384xf32>, %g: tensor<96xf32>, %h: tensor<4x90xf32>) -> tensor<90x4x96xf32> {
              %p = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<90x64xf32>, tensor<64x384xf32>) -> tensor<90x384xf32>
              %q = stablehlo.reshape %p : (tensor<90x384xf32>) -> tensor<90x4x96xf32>
              %gb = stablehlo.broadcast_in_dim %g, dims = [2] : (tensor<96xf32>) -> tensor<90x4x96xf32>
              %hb = stablehlo.broadcast_in_dim %h, dims = [1, 0] : (tensor<4x90xf32>) -> tensor<90x4x96xf32>
              %m = stablehlo.multiply %q, %gb : tensor<90x4x96xf32>
              %s = stablehlo.add %m, %hb : tensor<90x4x96xf32>
              return %s : tensor<90x4x96xf32>
            }
            """, Behind),
        ("quantized rows times bytes, scaled back", """
            func.func @main(%x: tensor<90x300xf32>, %w: tensor<300x160xi8>, %s: tensor<160xf32>) -> tensor<90x160xf32> {
              %c = stablehlo.constant dense<200.0> : tensor<90x300xf32>
              %m = stablehlo.multiply %x, %c : tensor<90x300xf32>
              %r = stablehlo.round_nearest_even %m : tensor<90x300xf32>
              %q = stablehlo.convert %r : (tensor<90x300xf32>) -> tensor<90x300xi8>
              %p = stablehlo.dot_general %q, %w, contracting_dims = [1] x [0] : (tensor<90x300xi8>, tensor<300x160xi8>) -> tensor<90x160xi32>
              %f = stablehlo.convert %p : (tensor<90x160xi32>) -> tensor<90x160xf32>
              %sb = stablehlo.broadcast_in_dim %s, dims = [1] : (tensor<160xf32>) -> tensor<90x160xf32>
              %o = stablehlo.multiply %f, %sb : tensor<90x160xf32>
              return %o : tensor<90x160xf32>
            }
            """, BeforeAndBehind),
        ("weights quantized before a product, several blocks of k", """
            func.func @main(%x: tensor<30x4999xi8>, %w: tensor<4999x170xf32>) -> tensor<30x170xi32> {
              %c = stablehlo.constant dense<200.0> : tensor<4999x170xf32>
              %m = stablehlo.multiply %w, %c : tensor<4999x170xf32>
              %q = stablehlo.convert %m : (tensor<4999x170xf32>) -> tensor<4999x170xi8>
              %p = stablehlo.dot_general %x, %q, contracting_dims = [1] x [0] : (tensor<30x4999xi8>, tensor<4999x170xi8>) -> tensor<30x170xi32>
              return %p : tensor<30x170xi32>
            }
            """, Before),
        ("weights in rows along k, quantized before a product", """
            func.func @main(%x: tensor<30x333xi8>, %w: tensor<170x333xf32>) -> tensor<30x170xi32> {
              %c = stablehlo.constant dense<200.0> : tensor<170x333xf32>
              %m = stablehlo.multiply %w, %c : tensor<170x333xf32>
              %q = stablehlo.convert %m : (tensor<170x333xf32>) -> tensor<170x333xi8>
              %p = stablehlo.dot_general %x, %q, contracting_dims = [1] x [1] : (tensor<30x333xi8>, tensor<170x333xi8>) -> tensor<30x170xi32>
              return %p : tensor<30x170xi32>
            }
            """, Before),
        ("16-bit integers, sums in a result", """
            func.func @main(%x: tensor<90x3000xi16>, %w: tensor<3000x96xi8>, %h: tensor<90x96xi32>) -> tensor<90x96xi32> {
              %p = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<90x3000xi16>, tensor<3000x96xi8>) -> tensor<90x96xi32>
              %s = stablehlo.multiply %p, %h : tensor<90x96xi32>
              return %s : tensor<90x96xi32>
            }
            """, Behind),
        ("bf16, rounded between product and loop", """
            func.func @main(%x: tensor<90x64xbf16>, %w: tensor<64x160xbf16>, %b: tensor<160xbf16>) -> tensor<90x160xbf16> {
              %p = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<90x64xbf16>, tensor<64x160xbf16>) -> tensor<90x160xbf16>
              %bb = stablehlo.broadcast_in_dim %b, dims = [1] : (tensor<160xbf16>) -> tensor<90x160xbf16>
              %s = stablehlo.multiply %p, %bb : tensor<90x160xbf16>
              return %s : tensor<90x160xbf16>
            }
            """, Behind),
        ("bf16 to f32, many blocks of k", """
            func.func @main(%x: tensor<90x3000xbf16>, %w: tensor<3000x96xbf16>, %h: tensor<90x96xf32>) -> (tensor<90x96xf32>, tensor<90x96xf32>) {
              %p = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<90x3000xbf16>, tensor<3000x96xbf16>) -> tensor<90x96xbf16>
              %c = stablehlo.convert %p : (tensor<90x96xbf16>) -> tensor<90x96xf32>
              %s = stablehlo.add %c, %h : tensor<90x96xf32>
              %t = stablehlo.multiply %c, %h : tensor<90x96xf32>
              return %s, %t : tensor<90x96xf32>, tensor<90x96xf32>
            }
            """, Behind),
        ("f64", """
            func.func @main(%x: tensor<90x700xf64>, %w: tensor<700x96xf64>, %h: tensor<90x96xf64>) -> tensor<90x96xf64> {
              %p = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<90x700xf64>, tensor<700x96xf64>) -> tensor<90x96xf64>
              %s = stablehlo.add %p, %h : tensor<90x96xf64>
              return %s : tensor<90x96xf64>
            }
            """, Behind),
        ("an update with two further results", """
            func.func @main(%x: tensor<900x80xf32>, %g: tensor<900x128xf32>, %p: tensor<80x128xf32> {tf.aliasing_output = 0 : i32}, %m: tensor<80x128xf32> {tf.aliasing_output = 1 : i32}) -> (tensor<80x128xf32>, tensor<80x128xf32>) {
              %rate = stablehlo.constant dense<0.125> : tensor<80x128xf32>
              %keep = stablehlo.constant dense<0.75> : tensor<80x128xf32>
              %d = stablehlo.dot_general %x, %g, contracting_dims = [0] x [0] : (tensor<900x80xf32>, tensor<900x128xf32>) -> tensor<80x128xf32>
              %mk = stablehlo.multiply %m, %keep : tensor<80x128xf32>
              %mn = stablehlo.add %mk, %d : tensor<80x128xf32>
              %s = stablehlo.multiply %mn, %rate : tensor<80x128xf32>
              %pn = stablehlo.subtract %p, %s : tensor<80x128xf32>
              return %pn, %mn : tensor<80x128xf32>, tensor<80x128xf32>
            }
            """, Behind),
        ("a mask by rows and columns", """
            func.func @main(%x: tensor<90x64xf32>, %w: tensor<64x48xf32>) -> tensor<90x48xf32> {
              %low = stablehlo.constant dense<-1.0e9> : tensor<90x48xf32>
              %p = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<90x64xf32>, tensor<64x48xf32>) -> tensor<90x48xf32>
              %r = stablehlo.iota dim = 0 : tensor<90x48xi32>
              %c = stablehlo.iota dim = 1 : tensor<90x48xi32>
              %m = stablehlo.compare GE, %r, %c : (tensor<90x48xi32>, tensor<90x48xi32>) -> tensor<90x48xi1>
              %s = stablehlo.select %m, %p, %low : tensor<90x48xi1>, tensor<90x48xf32>
              return %s : tensor<90x48xf32>
            }
            """, Behind),
        ("two products of one loop", """
            func.func @main(%x: tensor<96x64xf32>, %w: tensor<64x320xf32>, %v: tensor<64x320xf32>) -> tensor<96x320xf32> {
              %p = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<96x64xf32>, tensor<64x320xf32>) -> tensor<96x320xf32>
              %q = stablehlo.dot_general %x, %v, contracting_dims = [1] x [0] : (tensor<96x64xf32>, tensor<64x320xf32>) -> tensor<96x320xf32>
              %l = stablehlo.logistic %p : tensor<96x320xf32>
              %s = stablehlo.multiply %l, %p : tensor<96x320xf32>
              %r = stablehlo.multiply %s, %q : tensor<96x320xf32>
              return %r : tensor<96x320xf32>
            }
            """, Behind),
        ("a gate before a product", """
            func.func @main(%x: tensor<200x700xf32>, %y: tensor<200x700xf32>, %w: tensor<700x72xf32>) -> tensor<200x72xf32> {
              %l = stablehlo.logistic %x : tensor<200x700xf32>
              %m = stablehlo.multiply %l, %y : tensor<200x700xf32>
              %p = stablehlo.dot_general %m, %w, contracting_dims = [1] x [0] : (tensor<200x700xf32>, tensor<700x72xf32>) -> tensor<200x72xf32>
              return %p : tensor<200x72xf32>
            }
            """, Before),
        ("a conversion before a product, a bias behind it", """
            func.func @main(%x: tensor<3x80x645xf32>, %w: tensor<645x64xbf16>, %b: tensor<64xf32>) -> tensor<3x80x64xf32> {
              %c = stablehlo.convert %x : (tensor<3x80x645xf32>) -> tensor<3x80x645xbf16>
              %p = stablehlo.dot_general %c, %w, contracting_dims = [2] x [0] : (tensor<3x80x645xbf16>, tensor<645x64xbf16>) -> tensor<3x80x64xf32>
              %bb = stablehlo.broadcast_in_dim %b, dims = [2] : (tensor<64xf32>) -> tensor<3x80x64xf32>
              %s = stablehlo.add %p, %bb : tensor<3x80x64xf32>
              return %s : tensor<3x80x64xf32>
            }
            """, Before),
        ("heads merged before a product", """
            func.func @main(%x: tensor<200x4x72xf32>, %g: tensor<4x200xf32>, %w: tensor<288x64xf32>) -> tensor<200x64xf32> {
              %gb = stablehlo.broadcast_in_dim %g, dims = [1, 0] : (tensor<4x200xf32>) -> tensor<200x4x72xf32>
              %m = stablehlo.multiply %x, %gb : tensor<200x4x72xf32>
              %f = stablehlo.reshape %m : (tensor<200x4x72xf32>) -> tensor<200x288xf32>
              %p = stablehlo.dot_general %f, %w, contracting_dims = [1] x [0] : (tensor<200x288xf32>, tensor<288x64xf32>) -> tensor<200x64xf32>
              return %p : tensor<200x64xf32>
            }
            """, Before),
        ("a conversion of the right operand", """
            func.func @main(%x: tensor<60x645xbf16>, %w: tensor<645x1100xf32>, %b: tensor<1100xf32>) -> tensor<60x1100xf32> {
              %c = stablehlo.convert %w : (tensor<645x1100xf32>) -> tensor<645x1100xbf16>
              %p = stablehlo.dot_general %x, %c, contracting_dims = [1] x [0] : (tensor<60x645xbf16>, tensor<645x1100xbf16>) -> tensor<60x1100xf32>
              %bb = stablehlo.broadcast_in_dim %b, dims = [1] : (tensor<1100xf32>) -> tensor<60x1100xf32>
              %s = stablehlo.add %p, %bb : tensor<60x1100xf32>
              return %s : tensor<60x1100xf32>
            }
            """, Before),
        ("weights of bytes, a scale for each column", """
            func.func @main(%x: tensor<13x120xf32>, %w: tensor<120x290xi8>, %s: tensor<290xf32>) -> tensor<13x290xf32> {
              %c = stablehlo.convert %w : (tensor<120x290xi8>) -> tensor<120x290xf32>
              %sb = stablehlo.broadcast_in_dim %s, dims = [1] : (tensor<290xf32>) -> tensor<120x290xf32>
              %v = stablehlo.multiply %c, %sb : tensor<120x290xf32>
              %p = stablehlo.dot_general %x, %v, contracting_dims = [1] x [0] : (tensor<13x120xf32>, tensor<120x290xf32>) -> tensor<13x290xf32>
              return %p : tensor<13x290xf32>
            }
            """, Before),
        ("one row times weights of bytes", """
            func.func @main(%x: tensor<1x1000xf32>, %w: tensor<1000x1090xi8>, %b: tensor<1090xf32>) -> tensor<1x1090xf32> {
              %c = stablehlo.convert %w : (tensor<1000x1090xi8>) -> tensor<1000x1090xf32>
              %p = stablehlo.dot_general %x, %c, contracting_dims = [1] x [0] : (tensor<1x1000xf32>, tensor<1000x1090xf32>) -> tensor<1x1090xf32>
              return %p : tensor<1x1090xf32>
            }
            """, Before),
        ("a right operand of heads, computed on the left as well", """
            func.func @main(%x: tensor<100x260xf32>, %y: tensor<260x8x64xf32>, %g: tensor<8x260xf32>) -> tensor<100x512xf32> {
              %l = stablehlo.logistic %x : tensor<100x260xf32>
              %gb = stablehlo.broadcast_in_dim %g, dims = [1, 0] : (tensor<8x260xf32>) -> tensor<260x8x64xf32>
              %m = stablehlo.multiply %y, %gb : tensor<260x8x64xf32>
              %f = stablehlo.reshape %m : (tensor<260x8x64xf32>) -> tensor<260x512xf32>
              %p = stablehlo.dot_general %l, %f, contracting_dims = [1] x [0] : (tensor<100x260xf32>, tensor<260x512xf32>) -> tensor<100x512xf32>
              return %p : tensor<100x512xf32>
            }
            """, Before),
        ("a right operand that runs along k, several blocks of it", """
            func.func @main(%x: tensor<40x2500xf32>, %y: tensor<130x2500xf32>, %z: tensor<2500xf32>) -> tensor<40x130xf32> {
              %zb = stablehlo.broadcast_in_dim %z, dims = [1] : (tensor<2500xf32>) -> tensor<130x2500xf32>
              %m = stablehlo.multiply %y, %zb : tensor<130x2500xf32>
              %p = stablehlo.dot_general %x, %m, contracting_dims = [1] x [1] : (tensor<40x2500xf32>, tensor<130x2500xf32>) -> tensor<40x130xf32>
              return %p : tensor<40x130xf32>
            }
            """, Before),
        ("right operands of a batch", """
            func.func @main(%x: tensor<4x20x120xf32>, %y: tensor<4x120x170xf32>) -> tensor<4x20x170xf32> {
              %m = stablehlo.tanh %y : tensor<4x120x170xf32>
              %p = stablehlo.dot_general %x, %m, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<4x20x120xf32>, tensor<4x120x170xf32>) -> tensor<4x20x170xf32>
              return %p : tensor<4x20x170xf32>
            }
            """, Before),
        ("a right operand that two elements of a batch share", """
            func.func @main(%x: tensor<2x60x150xf32>, %y: tensor<150x170xf32>) -> tensor<2x60x170xf32> {
              %m = stablehlo.tanh %y : tensor<150x170xf32>
              %b = stablehlo.broadcast_in_dim %m, dims = [1, 2] : (tensor<150x170xf32>) -> tensor<2x150x170xf32>
              %p = stablehlo.dot_general %x, %b, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<2x60x150xf32>, tensor<2x150x170xf32>) -> tensor<2x60x170xf32>
              return %p : tensor<2x60x170xf32>
            }
            """, ""),
        ("rows of k that are longer than a block of it", """
            func.func @main(%x: tensor<40x2x1300xf32>, %g: tensor<2x40xf32>, %w: tensor<2600x64xf32>) -> tensor<40x64xf32> {
              %gb = stablehlo.broadcast_in_dim %g, dims = [1, 0] : (tensor<2x40xf32>) -> tensor<40x2x1300xf32>
              %m = stablehlo.multiply %x, %gb : tensor<40x2x1300xf32>
              %f = stablehlo.reshape %m : (tensor<40x2x1300xf32>) -> tensor<40x2600xf32>
              %p = stablehlo.dot_general %f, %w, contracting_dims = [1] x [0] : (tensor<40x2600xf32>, tensor<2600x64xf32>) -> tensor<40x64xf32>
              return %p : tensor<40x64xf32>
            }
            """, ""),
        ("a product that is a result as well", """
            func.func @main(%x: tensor<90x64xf32>, %w: tensor<64x96xf32>) -> (tensor<90x96xf32>, tensor<90x96xf32>) {
              %p = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<90x64xf32>, tensor<64x96xf32>) -> tensor<90x96xf32>
              %s = stablehlo.tanh %p : tensor<90x96xf32>
              return %p, %s : tensor<90x96xf32>, tensor<90x96xf32>
            }
            """, ""),
        ("a left operand that two products read", """
            func.func @main(%x: tensor<200x64xf32>, %w: tensor<64x72xf32>, %v: tensor<64x40xf32>) -> (tensor<200x72xf32>, tensor<200x40xf32>) {
              %m = stablehlo.logistic %x : tensor<200x64xf32>
              %p = stablehlo.dot_general %m, %w, contracting_dims = [1] x [0] : (tensor<200x64xf32>, tensor<64x72xf32>) -> tensor<200x72xf32>
              %q = stablehlo.dot_general %m, %v, contracting_dims = [1] x [0] : (tensor<200x64xf32>, tensor<64x40xf32>) -> tensor<200x40xf32>
              return %p, %q : tensor<200x72xf32>, tensor<200x40xf32>
            }
            """, ""),
    ];

    private static IEnumerable<TestCaseData> Programs => s_programs.Select(p => new TestCaseData(p.Text, p.Expected).SetArgDisplayNames(p.Name));

    [TestCaseSource(nameof(Programs))]
    public void LoopsInsideProductsKeepTheBits(string text, string expected)
    {
        ModuleOp module = MlirParser.ParseModule(text);
        var random = new Random(11);
        Literal[] arguments = [.. module.FindFunction("main")!.Value.Type.Inputs.Select(t => Make((TensorType)t, random))];
        Literal[] wanted = Interpreter.Run(module, "main", arguments);
        foreach (IsaLevel isa in CpuIsa.BackEnds)
        {
            foreach (int threads in new[] { 1, 2, 3 })
            {
                using var pool = new WorkerPool(threads);
                (byte[][] apart, _) = Run(module, arguments, new CpuCompileOptions { Isa = isa, Pool = pool, FuseProducts = false });
                (byte[][] fused, string plan) = Run(module, arguments, new CpuCompileOptions { Isa = isa, Pool = pool });
                Assert.That(fused, Is.EqualTo(apart), $"{isa}, {threads} threads:\n{plan}");
                // With more threads than one, columns may be divided among them, and their left operand is then packed by each.
                if (!expected.Contains(Before) || threads == 1)
                {
                    Assert.That(string.Concat(new[] { Before, Behind }.Where(plan.Contains)), expected.Length == 0 ? Is.Empty : Does.Contain(expected), $"{isa}, {threads} threads:\n{plan}");
                }
                for (int i = 0; i < wanted.Length; i++)
                {
                    Compare(wanted[i], fused[i], $"result {i}, {isa}, {threads} threads");
                }
            }
        }
    }

    private static (byte[][] Results, string Plan) Run(ModuleOp module, Literal[] arguments, CpuCompileOptions options)
    {
        string plan = "";
        using CpuExecutable executable = CpuCompiler.Compile(module, options with { OnPass = (name, text) => plan = name == "fuse" ? text : plan });
        CpuBuffer[] given = [.. arguments.Select(a => new CpuBuffer(a))];
        CpuBuffer[] results = executable.Execute(given);
        try
        {
            return ([.. results.Select(r => r.Span.ToArray())], plan);
        }
        finally
        {
            foreach (CpuBuffer buffer in given.Concat(results))
            {
                buffer.Dispose();
            }
        }
    }

    private static Literal Make(TensorType type, Random random)
    {
        var literal = new Literal(type);
        for (int i = 0; i < type.Shape.ElementCount; i++)
        {
            float value = random.NextSingle() - 0.5f;
            switch (type.Kind)
            {
                case ElementKind.F64: literal.As<double>()[i] = value; break;
                case ElementKind.I32: literal.As<int>()[i] = (int)(value * 2e9); break;
                case ElementKind.I16: literal.As<short>()[i] = (short)(value * 65000); break;
                case ElementKind.I8: literal.As<sbyte>()[i] = (sbyte)(value * 200); break;
                case ElementKind.BF16: literal.As<ushort>()[i] = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16); break;
                default: literal.As<float>()[i] = value; break;
            }
        }
        return literal;
    }

    private static void Compare(Literal wanted, byte[] got, string what)
    {
        var literal = new Literal(wanted.Type);
        got.CopyTo(literal.As<byte>());
        (double tolerance, Func<Literal, int, double> at) = wanted.Type.Kind switch
        {
            ElementKind.F64 => (1e-12, (Func<Literal, int, double>)((l, i) => l.As<double>()[i])),
            ElementKind.I32 => (0, (l, i) => l.As<int>()[i]),
            ElementKind.BF16 => (1e-2, (l, i) => BitConverter.UInt32BitsToSingle((uint)l.As<ushort>()[i] << 16)),
            _ => (2e-2, (l, i) => l.As<float>()[i]),
        };
        for (int i = 0; i < wanted.Type.Shape.ElementCount; i++)
        {
            double want = at(wanted, i), have = at(literal, i);
            if (!(Math.Abs(want - have) <= tolerance * Math.Max(1, Math.Abs(want))))
            {
                Assert.Fail($"{what}: element {i} is {have}, the interpreter has {want}");
            }
        }
    }
}
