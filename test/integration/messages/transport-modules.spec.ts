import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SmtpEmailSender, SmtpModule } from '#adapters/smtp';
import { TemplatesModule } from '#adapters/templates';
import { TwilioModule, TwilioSmsSender } from '#adapters/twilio';
import { CLOCK, Secret } from '#domain/kernel';
import { FixedClock } from '#domain/kernel/testing';
import { TEMPLATE_RENDERER, type TemplateRenderer } from '#domain/notification';
import { aMessage, anSms } from '#domain/notification/testing';
import { rejectionOf } from '../../support/rejection-of.js';
import { SmtpPeer } from '../../support/smtp-peer.js';
import { TwilioPeer } from '../../support/twilio-peer.js';

@Module({})
class TimeModule {}

describe('the modules that messages are sent with', () => {
  let twilio: TwilioPeer;
  let smtp: SmtpPeer;
  beforeEach(async () => {
    [twilio, smtp] = await Promise.all([TwilioPeer.start(), SmtpPeer.start()]);
  });
  afterEach(() => Promise.all([twilio.stop(), smtp.stop()]));

  it('provide working transports and templates, and close their connections with the app', async () => {
    const time = { provide: CLOCK, useValue: new FixedClock() };
    const app = await Test.createTestingModule({
      imports: [
        { module: TimeModule, global: true, providers: [time], exports: [CLOCK] },
        TemplatesModule.register({
          productName: 'Gatehouse',
          links: { 'verify-email': '', 'reset-password': '' },
        }),
        SmtpModule.register({ url: smtp.url(), from: 'no-reply@gatehouse.example', tls: 'off' }),
        TwilioModule.register({
          accountSid: `AC${'0'.repeat(32)}`,
          credentials: { authToken: new Secret('token') },
          sender: { from: '+14155550100' },
          baseUrl: twilio.url,
        }),
      ],
    }).compile();
    await app.init();

    const templates = app.get<TemplateRenderer>(TEMPLATE_RENDERER);
    expect(templates.render({ template: 'welcome', displayName: null }, 'email', 'en').html).toContain(
      'Welcome',
    );
    await app.get(TwilioSmsSender).send(anSms());
    expect(twilio.requests).toHaveLength(1);
    const email = app.get(SmtpEmailSender);
    await email.send(aMessage());
    expect(smtp.received).toHaveLength(1);

    await app.close();
    expect(await rejectionOf(email.send(aMessage()))).toMatchObject({ disposition: 'retry' });
  });
});
