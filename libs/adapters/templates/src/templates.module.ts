import { Module, type DynamicModule } from '@nestjs/common';
import { TEMPLATE_RENDERER } from '#domain/notification';
import { EtaTemplateRenderer, type TemplateOptions } from './eta-template-renderer.js';

@Module({})
export class TemplatesModule {
  static register(options: TemplateOptions): DynamicModule {
    return {
      module: TemplatesModule,
      global: true,
      providers: [{ provide: TEMPLATE_RENDERER, useFactory: () => new EtaTemplateRenderer(options) }],
      exports: [TEMPLATE_RENDERER],
    };
  }
}
