package org.paravane.harness.adapter;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.paravane.boot.image.KernelImage;
import org.paravane.boot.placement.BootModule;
import org.paravane.harness.spec.BootPath;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spec.ClockMode;
import org.paravane.harness.spec.Tier;
import org.paravane.harness.spec.Unimplemented;
import org.paravane.harness.spi.BootPlatform;
import org.paravane.harness.spi.BootableMachine;
import org.paravane.harness.spi.CodeLister;
import org.paravane.harness.spi.LoadedImage;
import org.paravane.harness.spi.LoadedModule;
import org.paravane.platform.PlatformOption;
import org.paravane.platform.PlatformProvider;
import org.paravane.platform.PlatformRequest;
import org.paravane.platform.PreparedMachine;

/** A platform that its provider offers. */
public final class ProviderPlatform implements BootPlatform {
  private final PlatformProvider provider;
  private final CodeLister lister;

  /** Boots with {@code provider}; {@code lister} says what a machine that failed would have executed next. */
  public ProviderPlatform(PlatformProvider provider, CodeLister lister) {
    this.provider = provider;
    this.lister = lister;
  }

  @Override
  public String name() {
    return provider.name();
  }

  @Override
  public String description() {
    return provider.description();
  }

  @Override
  public String consoleArgument() {
    return provider.consoleArgument();
  }

  @Override
  public List<PlatformOption> options() {
    return provider.options();
  }

  @Override
  public boolean canBoot(KernelImage kernel) {
    return provider.accepts(kernel);
  }

  @Override
  public BootableMachine prepare(
      BootSpec spec,
      KernelImage kernel,
      LoadedImage image,
      String commandLine,
      IntConsumer console) {
    List<BootModule> modules = new ArrayList<>();
    image.initrd().map(BootModule::new).ifPresent(modules::add);
    for (LoadedModule module : image.modules()) {
      modules.add(new BootModule(module.contents(), module.text()));
    }
    PreparedMachine prepared =
        provider.prepare(
            new PlatformRequest(
                kernel,
                modules,
                commandLine,
                spec.memoryBytes(),
                spec.cpus(),
                path(spec.bootPath()),
                spec.seed(),
                spec.clock() == ClockMode.HOST,
                spec.nanosPerInstruction(),
                spec.platformOptions(),
                console));
    prepared.machine().missingRaisesUd(spec.unimplemented() == Unimplemented.FAULT);
    if (spec.tier() == Tier.INTERPRETER) {
      prepared.machine().interpretOnly();
    } else if (spec.tier() == Tier.REGIONS) {
      prepared.machine().useRegions();
    }
    return new RunnableMachine(prepared, lister);
  }

  private static org.paravane.boot.placement.BootPath path(BootPath path) {
    return switch (path) {
      case AUTO, DIRECT -> org.paravane.boot.placement.BootPath.DIRECT;
      case BZIMAGE -> org.paravane.boot.placement.BootPath.BZIMAGE64;
      case BZIMAGE32 -> org.paravane.boot.placement.BootPath.BZIMAGE32;
    };
  }
}
