// Owns who is calling and what they may do: users, memberships, tokens, sessions, the gate before every route. Refuses to own tenants
// (`tenancy`) and to know what the permissions protect: features declare those on their routes.
import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { AgentCredentials } from './agent-credentials.service.js';
import { AgentJoinTokens } from './agent-join-tokens.service.js';
import { AgentJoinTokensController } from './agent-join-tokens.controller.js';
import { Authenticator } from './authenticator.service.js';
import { FirstAdministrator } from './first-administrator.service.js';
import { Gate } from './gate.service.js';
import { LoginController } from './login.controller.js';
import { MeController } from './me.controller.js';
import { MembershipsService } from './memberships.service.js';
import { OwnAccount } from './own-account.service.js';
import { PasswordHasher } from './password-hasher.js';
import { PasswordSignIn } from './password-sign-in.service.js';
import { RefusalLog } from './refusal-log.service.js';
import { SessionsService } from './sessions.service.js';
import { SignInThrottle } from './sign-in-throttle.service.js';
import { BasicStrategy } from './strategies/basic.strategy.js';
import { SessionStrategy } from './strategies/session.strategy.js';
import { TokenStrategy } from './strategies/token.strategy.js';
import { TokenSignIn } from './token-sign-in.service.js';
import { TokensController } from './tokens.controller.js';
import { TokensService } from './tokens.service.js';
import { UserNumbers } from './user-numbers.service.js';
import { UsersController } from './users.controller.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [AuditLogModule],
  controllers: [LoginController, MeController, UsersController, TokensController, AgentJoinTokensController],
  providers: [
    AgentCredentials,
    AgentJoinTokens,
    Authenticator,
    BasicStrategy,
    FirstAdministrator,
    Gate,
    MembershipsService,
    OwnAccount,
    PasswordHasher,
    PasswordSignIn,
    RefusalLog,
    SessionsService,
    SessionStrategy,
    SignInThrottle,
    TokenSignIn,
    TokenStrategy,
    TokensService,
    UserNumbers,
    UsersService,
  ],
  exports: [
    AgentCredentials,
    MembershipsService,
    PasswordSignIn,
    RefusalLog,
    SessionsService,
    TokensService,
    UserNumbers,
    UsersService,
  ],
})
export class AuthModule {}
