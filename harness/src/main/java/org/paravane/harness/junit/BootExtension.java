package org.paravane.harness.junit;

import java.lang.reflect.Executable;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.paravane.harness.spec.BootSpec;

/** Gives tests the boots that their {@link Boot} parameters ask for. */
final class BootExtension implements ParameterResolver, AfterTestExecutionCallback {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Executable method = parameter.getDeclaringExecutable();
    return parameter.isAnnotated(Boot.class)
        && parameter.getParameter().getType() == BootRun.class
        && !method.isAnnotationPresent(BootTest.class);
  }

  @Override
  public BootRun resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Boot boot = parameter.findAnnotation(Boot.class).orElseThrow();
    BootSpec spec =
        Specs.of(boot.image(), boot.initrd(), boot.append())
            .memoryBytes((long) boot.memoryMiB() << 20)
            .cpus(boot.cpus())
            .seed(boot.seed())
            .limits(Specs.limits(boot.silenceSeconds()))
            .platform(boot.platform())
            .build();
    return Boots.of(context).begin(context, spec, new Patience(boot.patience()));
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    Boots.of(context).conclude(context);
  }
}
