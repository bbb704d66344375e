package org.paravane.harness.junit;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.paravane.harness.Matrix;
import org.paravane.harness.spec.BootSpec;

/** Runs a {@link BootTest} once on each of its platforms. */
final class BootTestExtension implements TestTemplateInvocationContextProvider {
  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return true;
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    BootTest test = context.getRequiredTestMethod().getAnnotation(BootTest.class);
    BootSpec spec =
        Specs.of(test.image(), test.initrd(), test.append())
            .memoryBytes((long) test.memoryMiB() << 20)
            .cpus(test.cpus())
            .seed(test.seed())
            .limits(Specs.limits(test.silenceSeconds()))
            .build();
    List<BootSpec> boots =
        test.platforms().length == 0
            ? new Matrix(SharedHost.of(context).harness()).onEveryPlatform(spec)
            : Stream.of(test.platforms()).map(spec::withPlatform).toList();
    Patience patience = new Patience(test.patience());
    return boots.stream().map(boot -> new Invocation(boot.withExpect(List.of()), patience));
  }

  private record Invocation(BootSpec spec, Patience patience)
      implements TestTemplateInvocationContext {
    @Override
    public String getDisplayName(int index) {
      return spec.platform();
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(new OneBoot(spec, patience));
    }
  }

  private record OneBoot(BootSpec spec, Patience patience)
      implements ParameterResolver, AfterTestExecutionCallback {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == BootRun.class
          && parameter.getDeclaringExecutable().isAnnotationPresent(BootTest.class);
    }

    @Override
    public BootRun resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return Boots.of(context).begin(context, spec, patience);
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
      Boots.of(context).conclude(context);
    }
  }
}
