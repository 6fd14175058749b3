using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using I1Xla.StableHlo.Text;
using I1Xla.StableHlo.Verify;

namespace I1Xla.StableHlo.Tests.Verify;

/// <summary>What holds for every program, whatever its operations are.</summary>
public class StructureTests
{
    [TestCase("func.func @f() -> tensor<f32> { func.return }", "has 0 operands, but enclosing function (@f) returns 1", TestName = "Return: number")]
    [TestCase("func.func @f(%a: tensor<f64>) -> tensor<f32> { \"func.return\"(%a) : (tensor<f64>) -> () }", "doesn't match function result type", TestName = "Return: type")]
    [TestCase("func.func @f() { func.return } func.func @f() { func.return }", "redefinition of symbol named 'f'", TestName = "Symbol: twice")]
    [TestCase("func.func @f() { func.call @g() : () -> () func.return }", "'g' does not reference a valid function", TestName = "Call: unknown function")]
    [TestCase("func.func @f() { func.call @g() : () -> () func.return } func.func @g(%a: tensor<f32>) { func.return }", "incorrect number of operands for callee", TestName = "Call: operands")]
    [TestCase("func.func @f() { %0 = func.call @g() : () -> tensor<f32> func.return } func.func @g() { func.return }", "incorrect number of results for callee", TestName = "Call: results")]
    [TestCase("func.func @f(%a: tensor<f32>) { %0 = stablehlo.add %a, %a : tensor<f32> }", "block with no terminator", TestName = "Block: no terminator")]
    [TestCase("\"sdy.mesh\"() <{sym_name = 1 : i64, mesh = #sdy.mesh<[\"x\"=2]>}> : () -> ()", "'sdy.mesh' op requires attribute 'sym_name'", TestName = "Mesh: name")]
    [TestCase("func.func @f(%a: tensor<f32>) { %0 = \"sdy.reshard\"(%a) : (tensor<f32>) -> tensor<f32> func.return }", "requires attribute 'sharding'", TestName = "Reshard: sharding")]
    [TestCase("func.func @f(%a: tensor<f32>) { %0 = \"sdy.reshard\"(%a, %a) <{sharding = #sdy.sharding<@m, []>}> : (tensor<f32>, tensor<f32>) -> tensor<f32> func.return }", "requires 1 operands, found 2", TestName = "Reshard: operands")]
    [TestCase("func.func @f(%a: tensor<f32>) { %0 = \"sdy.manual_computation\"(%a) <{manual_axes = #sdy<manual_axes{}>, in_shardings = #sdy.sharding_per_value<[]>, out_shardings = #sdy.sharding_per_value<[<@m, []>]>}> ({ ^bb0(%b: tensor<f32>): sdy.return %b : tensor<f32> }) : (tensor<f32>) -> tensor<f32> func.return }", "has 0 'in_shardings' for 1 values", TestName = "Manual computation: shardings")]
    [TestCase("func.func @f(%a: tensor<f32>) { %0 = \"sdy.manual_computation\"(%a) <{manual_axes = #sdy<manual_axes{}>, in_shardings = #sdy.sharding_per_value<[<@m, []>]>, out_shardings = #sdy.sharding_per_value<[<@m, []>]>}> ({ ^bb0(%b: tensor<f32>): sdy.return }) : (tensor<f32>) -> tensor<f32> func.return }", "returns 0 values for 1 results", TestName = "Manual computation: results")]
    public void IsRefused(string text, string message)
    {
        IReadOnlyList<string> found;
        try
        {
            found = [.. Verifier.Verify(MlirParser.ParseModule(text)).Select(d => d.Message)];
        }
        catch (ParseException e)
        {
            found = [.. e.Diagnostics.Select(d => d.Message)];
        }
        Assert.That(found, Has.Some.Contains(message), string.Join("\n", found));
    }

    [Test]
    public void UseBeforeDefinition()
    {
        ModuleOp module = MlirParser.ParseModule("func.func @f(%a: tensor<f32>) { %0 = stablehlo.add %a, %a : tensor<f32> %1 = stablehlo.abs %0 : tensor<f32> func.return }");
        OperationList operations = module.FindFunction("f")!.Value.Body.Operations;
        (operations[0], operations[1]) = (operations[1], operations[0]);
        Assert.That(Verifier.Verify(module).Select(d => d.Message), Has.Some.Contains("operand #0 does not dominate this use"));
    }

    [Test]
    public void UseFromAnotherFunction()
    {
        ModuleOp module = MlirParser.ParseModule("func.func @f(%a: tensor<f32>) { func.return } func.func @g(%a: tensor<f32>) { %0 = stablehlo.abs %a : tensor<f32> func.return }");
        module.FindFunction("g")!.Value.Body.Operations[0].SetOperand(0, module.FindFunction("f")!.Value.Body.Arguments[0]);
        Assert.That(Verifier.Verify(module), Is.Not.Empty);
    }

    [Test]
    public void EntryArgumentsOfAnotherTypeThanTheFunctions()
    {
        ModuleOp module = MlirParser.ParseModule("func.func @f(%a: tensor<f32>) { func.return }");
        module.FindFunction("f")!.Value.Body.Arguments[0].Type = new TensorType(ElementKind.F64, Shape.Scalar);
        Assert.That(Verifier.Verify(module), Is.Not.Empty);
    }

    [Test]
    public void WhatTheReferenceAcceptsIsAccepted()
    {
        foreach (string path in Bytecode.ArtifactFiles.Golden())
        {
            Assert.That(Verifier.Verify(MlirParser.ParseFile(Bytecode.ArtifactFiles.TextOf(path))), Is.Empty, path);
        }
    }

    [Test]
    public void BuildersInferTypes()
    {
        var function = FuncOp.Create("f", new FunctionType([new TensorType(ElementKind.F32, new Shape(2, 3))], []));
        var builder = new OpBuilder(function.Body);
        Value a = function.Body.Arguments[0];
        Assert.That(builder.Transpose(a, [1, 0]).Type.ToString(), Is.EqualTo("tensor<3x2xf32>"));
        Assert.That(builder.Compare(a, a, ComparisonDirection.LT).Type.ToString(), Is.EqualTo("tensor<2x3xi1>"));
    }
}
