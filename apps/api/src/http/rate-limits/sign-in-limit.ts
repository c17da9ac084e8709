import { applyDecorators, Injectable, UseGuards } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
} from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientNetwork } from '#adapters/network';
import { clientAddress } from '../request/client-address.js';
import { AdmissionStorage } from './admission-storage.js';
import { applyAdmission } from './apply-admission.js';

/** Counts per network, over all routes that carry it, with the headers of our API. */
@Injectable()
class SignInLimitGuard extends ThrottlerGuard {
  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() private readonly admissions: AdmissionStorage,
    reflector: Reflector,
  ) {
    super(options, admissions, reflector);
  }

  protected override async handleRequest(counted: ThrottlerRequest): Promise<boolean> {
    const { context, ttl, limit, blockDuration, throttler } = counted;
    const http = context.switchToHttp();
    const network = clientNetwork(clientAddress(http.getRequest<FastifyRequest>()));
    const record = await this.admissions.increment(network, ttl, limit, blockDuration, throttler.name!);
    applyAdmission(http.getResponse<FastifyReply>(), record.admission);
    return true;
  }
}

/** Counts a route towards the stricter limit of those that send or take a code. */
export const SignInLimit = (): MethodDecorator => applyDecorators(UseGuards(SignInLimitGuard));
